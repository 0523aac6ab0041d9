using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Items;

/// <summary>
/// GET /memory/items?type&amp;status&amp;turn_id&amp;page&amp;page_size, newest first; status is active (default;
/// expired ones included) or deleted. Refusals: invalid_argument.
/// </summary>
internal static class ListMemories
{
    private const int TurnIdMax = 64;

    public static void Map(IEndpointRouteBuilder memory) =>
        memory.MapGet("/items", HandleAsync).WithName("ListMemories").WithSummary("What is known about you");

    private static async Task<Paged<MemoryView>> HandleAsync(
        ClaimsPrincipal user,
        IDbContextFactory<MemoryDb> factory,
        TimeProvider clock,
        string? type,
        string? status,
        string? turn_id,
        int? page,
        int? page_size,
        CancellationToken cancellationToken
    )
    {
        var (query, userId, now) = (PageQuery.Of(page, page_size), user.UserId(), clock.GetUtcNow());
        MemoryType? wanted = type switch
        {
            null => null,
            "constraint" => MemoryType.Constraint,
            "preference" => MemoryType.Preference,
            "fact" => MemoryType.Fact,
            _ => throw RefusedException.Field("type", "must be constraint, preference or fact"),
        };
        var state = status switch
        {
            null or "active" => MemoryStatus.Active,
            "deleted" => MemoryStatus.Deleted,
            _ => throw RefusedException.Field("status", "must be active or deleted"),
        };
        if (turn_id is { Length: 0 or > TurnIdMax })
            throw RefusedException.Field("turn_id", $"must have 1 to {TurnIdMax} characters");
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var own = db.Items.AsNoTracking().Where(i => i.UserId == userId && i.Status == state);
        if (wanted is { } one)
            own = own.Where(i => i.Type == one);
        if (turn_id is not null)
            own = own.Where(i => i.TurnId == turn_id);
        return await query.ReadAsync(
            own.OrderByDescending(i => i.UpdatedAt).ThenByDescending(i => i.Id),
            i => MemoryView.Of(i, now),
            cancellationToken
        );
    }
}
