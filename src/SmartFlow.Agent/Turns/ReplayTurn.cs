using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Timeline;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns;

/// <summary>Tells again what is kept, as the events that told it first; then follows the turn that runs.</summary>
internal sealed class ReplayTurn(IDbContextFactory<AgentDb> databases, LiveTurns live, TimeProvider clock)
{
    private const int PageSize = 200;
    private const string NoUsage =
        """{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cache_write_tokens":0,"reasoning_tokens":0,"credit_micros":0,"settled":true}""";

    public IAsyncEnumerable<TurnEvent> OfTurnAsync(Turn turn, CancellationToken cancellationToken) =>
        AfterAsync(turn.ConversationId, turn.FirstSeq - 1, turn.Id, cancellationToken);

    /// <param name="conversationId">Checked to be the caller's.</param>
    /// <param name="afterSeq">The last number that the client has seen.</param>
    /// <param name="onlyTurn">Only this turn's items, or null.</param>
    /// <param name="cancellationToken">The client left.</param>
    public async IAsyncEnumerable<TurnEvent> AfterAsync(
        long conversationId,
        long afterSeq,
        string? onlyTurn,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        // The running turn is looked up first: what it adds while the kept items are read, it has in its own log.
        var running = live.Find(conversationId);
        if (running is not null && onlyTurn is not null && running.TurnId != onlyTurn)
            running = null;
        var seq = afterSeq;
        await foreach (var item in KeptAsync(conversationId, afterSeq, cancellationToken))
        {
            if (onlyTurn is not null && item.TurnId != onlyTurn)
                continue;
            if (running is not null && item.Seq > running.BeganSeq)
                break;
            seq = item.Seq;
            if (Events.Of(item.Kind, JsonObject.Create(item.Payload)!, item.Seq) is { } told)
                yield return told;
        }
        if (running is not null)
        {
            await foreach (var told in running.FollowAsync(afterSeq, cancellationToken))
                yield return told;
            yield break;
        }
        yield return new TurnEvent(
            "usage",
            await UsageAsync(conversationId, onlyTurn, cancellationToken),
            seq,
            Durable: false
        );
        yield return new TurnEvent(
            "done",
            new JsonObject { ["seq"] = seq }.ToJsonString(WebJson.Options),
            seq,
            Durable: false
        );
    }

    private async IAsyncEnumerable<ReadTimeline.Item> KeptAsync(
        long conversationId,
        long afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        while (true)
        {
            IReadOnlyList<ReadTimeline.Item> page;
            await using (var db = await databases.CreateDbContextAsync(cancellationToken))
                page = await ReadTimeline.PageAsync(
                    db,
                    conversationId,
                    afterSeq,
                    PageSize,
                    clock.GetUtcNow(),
                    cancellationToken
                );
            foreach (var item in page)
                yield return item;
            if (page.Count < PageSize)
                yield break;
            afterSeq = page[^1].Seq;
        }
    }

    private async Task<string> UsageAsync(long conversationId, string? turnId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var usage = await db
            .Turns.Where(t => t.ConversationId == conversationId && (turnId == null || t.Id == turnId))
            .OrderByDescending(t => t.FirstSeq)
            .Select(t => t.Usage)
            .FirstOrDefaultAsync(cancellationToken);
        return usage ?? NoUsage;
    }
}
