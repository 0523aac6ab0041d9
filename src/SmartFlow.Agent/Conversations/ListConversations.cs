using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Conversations;

/// <summary>GET /agent/conversations: newest first; query looks in names and in what was said.</summary>
internal static class ListConversations
{
    private const int QueryMax = 100;
    private const string Escape = "\\";

    public static void Map(RouteGroupBuilder agent) =>
        agent.MapGet("/conversations", HandleAsync).WithName("ListConversations").WithSummary("Own conversations");

    private static async Task<Ok<Paged<ConversationView>>> HandleAsync(
        string? query,
        bool? archived,
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        IDbContextFactory<AgentDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var paging = PageQuery.Of(page, page_size);
        if (query?.Length > QueryMax)
            throw RefusedException.Field("query", $"must have at most {QueryMax} characters");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = Find(db, user.UserId(), query?.Trim() ?? "", archived ?? false);
        var now = clock.GetUtcNow();
        var ordered = found.OrderByDescending(c => c.UpdatedAt).ThenByDescending(c => c.Id);
        return TypedResults.Ok(await paging.ReadAsync(ordered, c => ConversationView.Of(c, now), cancellationToken));
    }

    private static IQueryable<Conversation> Find(AgentDb db, ulong userId, string query, bool archived)
    {
        var own = db.Conversations.AsNoTracking().Where(c => c.UserId == userId && (c.ArchivedAt != null) == archived);
        if (query.Length == 0)
            return own;
        var escaped = query.ToLowerInvariant().Replace(Escape, @"\\").Replace("%", @"\%").Replace("_", @"\_");
        var pattern = $"%{escaped}%";
#pragma warning disable CA1304, CA1311, CA1862 // These run in the database.
        return own.Where(c =>
            EF.Functions.Like(c.Title.ToLower(), pattern, Escape)
            || db.Timeline.Any(i =>
                i.ConversationId == c.Id && i.Text != null && EF.Functions.Like(i.Text.ToLower(), pattern, Escape)
            )
        );
#pragma warning restore CA1304, CA1311, CA1862
    }
}
