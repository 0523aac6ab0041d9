using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Memory.Extracting;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Items;

/// <summary>What a turn did to the memory.</summary>
/// <param name="TurnId">The turn.</param>
/// <param name="Kind">added, changed or deleted.</param>
/// <param name="ItemId">What it was done to.</param>
/// <param name="Title">Its title now.</param>
/// <param name="Undone">Taken back since, or what was remembered was deleted.</param>
/// <param name="CanUndo">Nothing was done to it since.</param>
internal sealed record MemoryChangeView(
    long Id,
    string TurnId,
    [property: AllowedValues("added", "changed", "deleted")] string Kind,
    long ItemId,
    string Title,
    bool Undone,
    bool CanUndo,
    DateTimeOffset CreatedAt
)
{
    public static MemoryChangeView Of(MemoryChange c, MemoryItem i)
    {
        var undone = c.UndoneAt is not null || (c.Kind != ChangeKind.Deleted && i.Status == MemoryStatus.Deleted);
        return new(
            c.Id,
            c.TurnId,
            JsonNamingPolicy.SnakeCaseLower.ConvertName(c.Kind.ToString()),
            c.ItemId,
            i.Title,
            undone,
            !undone && i.UpdatedAt == c.LeftAt,
            c.CreatedAt
        );
    }
}

/// <summary>
/// GET /memory/changes?conversation_id: what the turns of a conversation did to the memory, in order, for the lines
/// below their answers; the newest 200. Nothing while memory is off. Refusals: invalid_argument.
/// </summary>
internal static class ListChanges
{
    private const int Most = 200;

    /// <param name="Looking">A turn of it is still to be looked at: there may be more soon.</param>
    internal sealed record Answer(IReadOnlyList<MemoryChangeView> Items, bool Looking);

    public static void Map(IEndpointRouteBuilder memory) =>
        memory
            .MapGet("/changes", HandleAsync)
            .WithName("ListMemoryChanges")
            .WithSummary("What a conversation changed of what is known about you");

    private static async Task<Ok<Answer>> HandleAsync(
        long? conversation_id,
        ClaimsPrincipal user,
        IDbContextFactory<MemoryDb> factory,
        CancellationToken cancellationToken
    )
    {
        if (conversation_id is not { } conversation || conversation < 1)
            throw RefusedException.Field("conversation_id", "must be a conversation's id");
        var userId = user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (!await Settings.IsOnAsync(db, userId, cancellationToken))
            return TypedResults.Ok(new Answer([], Looking: false));
        // Before what is found is read: a look that ends in between is not missed.
        var looking = await db.Looks.AnyAsync(
            l => l.UserId == userId && l.ConversationId == conversation && l.State == LookState.Waiting,
            cancellationToken
        );
        var found = await db
            .Changes.AsNoTracking()
            .Where(c => c.UserId == userId && c.ConversationId == conversation)
            .Join(db.Items.AsNoTracking(), c => c.ItemId, i => i.Id, (c, i) => new { Change = c, Item = i })
            .OrderByDescending(r => r.Change.Id)
            .Take(Most)
            .ToListAsync(cancellationToken);
        found.Reverse();
        return TypedResults.Ok(new Answer([.. found.Select(r => MemoryChangeView.Of(r.Change, r.Item))], looking));
    }
}
