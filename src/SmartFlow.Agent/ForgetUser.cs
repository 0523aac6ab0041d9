using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Users;

namespace SmartFlow.Agent;

/// <summary>
/// On user.deleted: conversations with all that was said, what waits for a word, and what other assistants proposed. A
/// turn that still runs finds its conversation gone and ends silently.
/// </summary>
internal static class ForgetUser
{
    public const string Group = "smartflow-agent-user-deleted-consumer";

    public static async Task RunAsync(AgentDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        var own = db.Conversations.Where(c => c.UserId == user).Select(c => c.Id);
        await db.Timeline.Where(i => own.Contains(i.ConversationId)).ExecuteDeleteAsync(cancellationToken);
        await db.Rounds.Where(r => own.Contains(r.ConversationId)).ExecuteDeleteAsync(cancellationToken);
        await db.Interactions.Where(i => i.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Turns.Where(t => t.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Proposals.Where(p => p.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Conversations.Where(c => c.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.DeleteLettersAsync(user, cancellationToken);
    }
}
