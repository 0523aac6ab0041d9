using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.AI;
using SmartFlow.Agent.Timeline;

namespace SmartFlow.Agent.Turns;

/// <summary>What was said before, newest last.</summary>
internal sealed class History(IDbContextFactory<AgentDb> databases)
{
    /// <param name="conversationId">The conversation.</param>
    /// <param name="messages">At most so many.</param>
    /// <param name="characters">At most so many in all; the oldest that does not fit ends the look back.</param>
    /// <param name="beforeTurn">The running turn, whose own words are not history.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<List<ChatMessage>> ReadAsync(
        long conversationId,
        int messages,
        int characters,
        string beforeTurn,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(
            db.Timeline.Where(i => i.ConversationId == conversationId && i.TurnId != beforeTurn),
            messages,
            characters,
            cancellationToken
        );
    }

    /// <summary>As above, of what stands before an item: the same however often it is read.</summary>
    public async Task<List<ChatMessage>> ReadBeforeAsync(
        long conversationId,
        int messages,
        int characters,
        long beforeSeq,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(
            db.Timeline.Where(i => i.ConversationId == conversationId && i.Seq < beforeSeq),
            messages,
            characters,
            cancellationToken
        );
    }

    private static async Task<List<ChatMessage>> ReadAsync(
        IQueryable<TimelineItem> items,
        int messages,
        int characters,
        CancellationToken cancellationToken
    )
    {
        var said = await items
            .AsNoTracking()
            .Where(i => i.Text != null)
            .OrderByDescending(i => i.Seq)
            .Take(messages)
            .Select(i => new { i.Kind, Text = i.Text! })
            .ToListAsync(cancellationToken);
        List<ChatMessage> history = [];
        foreach (var one in said)
        {
            if ((characters -= one.Text.Length) < 0)
                break;
            history.Add(new ChatMessage(one.Kind == Kinds.UserText ? ChatRole.User : ChatRole.Assistant, one.Text));
        }
        history.Reverse();
        return history;
    }
}
