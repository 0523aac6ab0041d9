using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Agent;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests;

public sealed partial class SmartFlowApp
{
    /// <summary>Leaves a conversation as a process does that dies in the middle of a turn.</summary>
    public Task LoseTurnAsync(long conversationId)
    {
        var until = Clock.GetUtcNow().AddMinutes(5);
        return Services
            .GetRequiredService<IWriter<AgentDb>>()
            .WriteAsync(
                (db, token) =>
                    db
                        .Conversations.Where(c => c.Id == conversationId)
                        .ExecuteUpdateAsync(
                            s => s.SetProperty(c => c.TurnId, "dead").SetProperty(c => c.TurnUntil, until),
                            token
                        ),
                default
            );
    }

    /// <summary>
    /// Leaves a conversation's only turn as a process does that dies before it can end it; without what it told, as one
    /// that dies after its changes and before it can keep them.
    /// </summary>
    public Task ForgetEndAsync(long conversationId, bool keepTold)
    {
        var (noTime, noOutcome) = ((DateTimeOffset?)null, (string?)null);
        return Services
            .GetRequiredService<IWriter<AgentDb>>()
            .WriteAsync(
                async (db, token) =>
                {
                    var turn = await db
                        .Turns.AsNoTracking()
                        .SingleAsync(t => t.ConversationId == conversationId, token);
                    if (!keepTold)
                    {
                        await db.Rounds.Where(r => r.ConversationId == conversationId).ExecuteDeleteAsync(token);
                        await db
                            .Timeline.Where(i => i.ConversationId == conversationId && i.Seq > turn.FirstSeq)
                            .ExecuteDeleteAsync(token);
                    }
                    return await db
                        .Turns.Where(t => t.Id == turn.Id)
                        .ExecuteUpdateAsync(
                            s => s.SetProperty(t => t.EndedAt, noTime).SetProperty(t => t.Outcome, noOutcome),
                            token
                        );
                },
                default
            );
    }
}
