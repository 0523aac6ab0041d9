using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Interactions;

/// <summary>Takes a waiting interaction for this turn, in the transaction that starts the turn.</summary>
internal static class Claim
{
    /// <summary>
    /// One conditional UPDATE decides between two who answer at once. Accepted but never executed may be taken again:
    /// only one turn runs in a conversation, so whoever took it before has died.
    /// </summary>
    /// <exception cref="RefusedException">not_found; conflict where it was answered or has expired.</exception>
    public static async Task<Interaction> TakeAsync(
        AgentDb db,
        ulong userId,
        long conversationId,
        string id,
        bool accept,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var own = db.Interactions.Where(i => i.Id == id && i.ConversationId == conversationId && i.UserId == userId);
        var state = accept ? Interaction.Accepted : Interaction.Rejected;
        var open = own.Where(i =>
            (i.State == Interaction.Pending && i.ExpiresAt > now)
            || (accept && i.State == Interaction.Accepted && i.ExecutedAt == null)
        );
        var taken = await open.ExecuteUpdateAsync(
            s => s.SetProperty(i => i.State, state).SetProperty(i => i.ResolvedAt, now),
            cancellationToken
        );
        var found = await own.AsNoTracking().FirstOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("confirmation");
        if (taken == 1)
            return found;
        throw new RefusedException(
            ErrorCodes.Conflict,
            found.State == Interaction.Pending
                ? "The confirmation has expired. Ask again."
                : "The confirmation was answered already.",
            extensions: new Dictionary<string, object?> { ["interaction_state"] = found.StateAt(now) }
        );
    }
}
