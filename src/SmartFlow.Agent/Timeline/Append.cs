using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Timeline;

/// <summary>An item before it has its number.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Payload">Written as it is.</param>
internal sealed record NewItem(string Kind, JsonObject Payload)
{
    public static NewItem Said(string kind, string text) => new(kind, new JsonObject { ["text"] = text });

    public string? Text => Kind is Kinds.UserText or Kinds.AssistantText ? Payload["text"]?.GetValue<string>() : null;

    public string Json => Payload.ToJsonString(WebJson.Options);
}

/// <summary>The conversation is gone, or another turn has it.</summary>
internal sealed class ConversationLostException() : Exception("The conversation was deleted or taken over.");

/// <summary>Gives items their numbers, in the transaction in hand.</summary>
internal static class Append
{
    /// <summary>
    /// The counter is moved first and by one statement, which locks the row: numbers are given once and in order. Only
    /// the turn that has the conversation may write.
    /// </summary>
    /// <returns>The number of the last item.</returns>
    /// <exception cref="ConversationLostException">See there.</exception>
    public static async Task<long> ToAsync(
        AgentDb db,
        long conversationId,
        string turnId,
        DateTimeOffset now,
        IReadOnlyList<NewItem> items,
        CancellationToken cancellationToken
    )
    {
        var own = db.Conversations.Where(c => c.Id == conversationId && c.TurnId == turnId);
        var moved = await own.ExecuteUpdateAsync(
            s => s.SetProperty(c => c.LastSeq, c => c.LastSeq + items.Count).SetProperty(c => c.UpdatedAt, now),
            cancellationToken
        );
        if (moved == 0)
            throw new ConversationLostException();
        var last = await own.Select(c => c.LastSeq).SingleAsync(cancellationToken);
        for (var i = 0; i < items.Count; i++)
            db.Timeline.Add(
                new TimelineItem
                {
                    ConversationId = conversationId,
                    Seq = last - items.Count + 1 + i,
                    TurnId = turnId,
                    Kind = items[i].Kind,
                    Text = items[i].Text,
                    Payload = items[i].Json,
                    CreatedAt = now,
                }
            );
        await db.SaveChangesAsync(cancellationToken);
        return last;
    }
}
