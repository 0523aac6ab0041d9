using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartFlow.Agent.Timeline;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// Ends a turn in one transaction: what was said so far, why it ended, what it cost; the conversation is free again.
/// Then usage and done, whatever happened.
/// </summary>
internal sealed class CloseTurn(IWriter<AgentDb> writer, TimeProvider clock, ILogger<CloseTurn> logger)
{
    private static readonly TimeSpan JournalPatience = TimeSpan.FromSeconds(5);

    public async Task CloseAsync(Stage stage, TurnEnd ending)
    {
        FaultPoint.Reach("turn.closing");
        await SettleAsync(stage);
        var items = LastItems(stage, ending);
        try
        {
            var last = await writer.WriteAsync(
                (db, token) => CloseAsync(db, stage, ending, items, token),
                CancellationToken.None
            );
            stage.Added(items, last);
        }
        catch (ConversationLostException)
        {
            // Deleted while it was answered: there is nothing to keep.
        }
        catch (Exception e)
        {
            // The lease frees the conversation; whoever follows still gets an end.
            CloseTurnLog.NotKept(logger, e, stage.Turn.TurnId);
        }
        stage.Publish("usage", stage.Model.Usage.ToJson());
        stage.Publish("done", new JsonObject { ["seq"] = stage.Seq });
    }

    private async Task SettleAsync(Stage stage)
    {
        using var patience = new CancellationTokenSource(JournalPatience, clock);
        try
        {
            await stage.Model.SettleOpenAsync(patience.Token);
        }
        catch (Exception e)
        {
            CloseTurnLog.UsageUnknown(logger, e, stage.Turn.TurnId);
        }
    }

    private static List<NewItem> LastItems(Stage stage, TurnEnd ending)
    {
        List<NewItem> items = [];
        if (stage.TakeText() is { Length: > 0 } partial)
            items.Add(NewItem.Said(Kinds.AssistantText, partial));
        if (ending.Refusal is { } refusal)
        {
            var detail = Words.Refusal(refusal, stage.Turn.Chinese);
            items.Add(
                new NewItem(
                    Kinds.Status,
                    new JsonObject
                    {
                        ["state"] = "error",
                        ["code"] = refusal.Code.Code,
                        ["detail"] = detail,
                        ["text"] = detail,
                    }
                )
            );
        }
        else if (ending != TurnEnd.Completed)
        {
            items.Add(new NewItem(Kinds.Interrupt, new JsonObject { ["reason"] = ending.Outcome }));
        }
        return items;
    }

    private async Task<long> CloseAsync(
        AgentDb db,
        Stage stage,
        TurnEnd ending,
        List<NewItem> items,
        CancellationToken cancellationToken
    )
    {
        var (turn, now, usage) = (stage.Turn, clock.MicrosNow(), stage.Model.Usage);
        var last = await Append.ToAsync(db, turn.ConversationId, turn.TurnId, now, items, cancellationToken);
        if (usage.HasCalls)
            await ShowCostAsync(db, turn, usage, cancellationToken);
        var json = usage.ToJson().ToJsonString(WebJson.Options);
        await db
            .Turns.Where(t => t.Id == turn.TurnId)
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(t => t.EndedAt, now)
                        .SetProperty(t => t.Outcome, ending.Outcome)
                        .SetProperty(t => t.Usage, json),
                cancellationToken
            );
        if (ending == TurnEnd.Completed || ending == TurnEnd.Stopped)
            await AskToRememberAsync(db, turn, now, cancellationToken);
        var (noTurn, noTime) = ((string?)null, (DateTimeOffset?)null);
        await db
            .Conversations.Where(c => c.Id == turn.ConversationId && c.TurnId == turn.TurnId)
            .ExecuteUpdateAsync(
                s => s.SetProperty(c => c.TurnId, noTurn).SetProperty(c => c.TurnUntil, noTime),
                cancellationToken
            );
        return last;
    }

    /// <summary>What the user said is for the memory to look at, if theirs is on.</summary>
    private static async Task AskToRememberAsync(
        AgentDb db,
        OpenTurn turn,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (turn.Words.Length == 0)
            return;
        db.Publish(
            $"{EventNames.MemoryExtractRequested}:{turn.TurnId}",
            EventNames.MemoryExtractRequested,
            turn.UserId,
            new MemoryExtractRequested
            {
                UserId = turn.UserId,
                ConversationId = turn.ConversationId,
                TurnId = turn.TurnId,
                Message = turn.Words,
                SaidAt = turn.StartedAt,
            },
            now
        );
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The turn's cost stands at its last answer, or at its last item where it has none.</summary>
    private static async Task ShowCostAsync(
        AgentDb db,
        OpenTurn turn,
        TurnUsage usage,
        CancellationToken cancellationToken
    )
    {
        var item = await db
            .Timeline.Where(i => i.ConversationId == turn.ConversationId && i.TurnId == turn.TurnId)
            .OrderByDescending(i => i.Kind == Kinds.AssistantText)
            .ThenByDescending(i => i.Seq)
            .FirstAsync(cancellationToken);
        var payload = JsonNode.Parse(item.Payload)!.AsObject();
        foreach (var (name, value) in usage.ToJson())
            payload[name] = value?.DeepClone();
        item.Payload = payload.ToJsonString(WebJson.Options);
        await db.SaveChangesAsync(cancellationToken);
    }
}

internal static partial class CloseTurnLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The end of turn {TurnId} could not be kept.")]
    public static partial void NotKept(ILogger logger, Exception exception, string turnId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cost of turn {TurnId} is not known yet.")]
    public static partial void UsageUnknown(ILogger logger, Exception exception, string turnId);
}
