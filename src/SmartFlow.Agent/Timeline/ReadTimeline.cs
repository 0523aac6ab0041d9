using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Timeline;

/// <summary>GET /agent/conversations/{id}/timeline?after_seq=: what happened, in order.</summary>
internal static class ReadTimeline
{
    internal sealed record Item(long Seq, string Kind, JsonElement Payload, string TurnId, DateTimeOffset CreatedAt);

    internal sealed record Answer(IReadOnlyList<Item> Items, bool HasMore, long LastSeq);

    public static void Map(RouteGroupBuilder agent) =>
        agent
            .MapGet("/conversations/{id:long}/timeline", HandleAsync)
            .WithName("ReadTimeline")
            .WithSummary("What happened, in order");

    private static async Task<Ok<Answer>> HandleAsync(
        long id,
        long? after_seq,
        int? limit,
        ClaimsPrincipal user,
        IDbContextFactory<AgentDb> databases,
        IOptions<AgentOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var max = options.Value.TimelinePageMax;
        if (after_seq < 0)
            throw RefusedException.Field("after_seq", "must not be negative");
        if (limit < 1 || limit > max)
            throw RefusedException.Field("limit", $"must be between 1 and {max}");
        var userId = user.UserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var conversation = await db
            .Conversations.AsNoTracking()
            .FirstOrDefaultAsync(c => c.Id == id && c.UserId == userId, cancellationToken)
            ?? throw RefusedException.NotFound("conversation");
        var items = await PageAsync(db, id, after_seq ?? 0, limit ?? max, clock.GetUtcNow(), cancellationToken);
        var hasMore = items.Count > 0 && items[^1].Seq < conversation.LastSeq;
        return TypedResults.Ok(new Answer(items, hasMore, conversation.LastSeq));
    }

    /// <summary>Items after a number; a confirmation carries what became of it.</summary>
    public static async Task<IReadOnlyList<Item>> PageAsync(
        AgentDb db,
        long conversationId,
        long afterSeq,
        int limit,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var rows = await db
            .Timeline.AsNoTracking()
            .Where(i => i.ConversationId == conversationId && i.Seq > afterSeq)
            .OrderBy(i => i.Seq)
            .Take(limit)
            .ToListAsync(cancellationToken);
        var states = rows.Exists(r => r.Kind == Kinds.ConfirmRequest)
            ? await db
                .Interactions.AsNoTracking()
                .Where(i => i.ConversationId == conversationId)
                .ToDictionaryAsync(i => i.Id, i => i.StateAt(now), cancellationToken)
            : [];
        return rows.ConvertAll(r => new Item(r.Seq, r.Kind, Payload(r, states), r.TurnId, r.CreatedAt));
    }

    private static JsonElement Payload(TimelineItem row, Dictionary<string, string> states)
    {
        if (row.Kind != Kinds.ConfirmRequest)
            return JsonSerializer.Deserialize<JsonElement>(row.Payload);
        var payload = JsonNode.Parse(row.Payload)!.AsObject();
        if (payload["interaction_id"]?.GetValue<string>() is { } id && states.TryGetValue(id, out var state))
            payload["status"] = state;
        return JsonSerializer.SerializeToElement(payload);
    }
}
