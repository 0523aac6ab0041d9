using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Turns;

/// <summary>Where a confirmation was asked, for clients that name only the confirmation.</summary>
internal sealed class ConversationOf(IDbContextFactory<AgentDb> databases)
{
    /// <exception cref="RefusedException">not_found.</exception>
    public async Task<long> FindAsync(ulong userId, string interactionId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = await db
            .Interactions.Where(i => i.Id == interactionId && i.UserId == userId)
            .Select(i => (long?)i.ConversationId)
            .FirstOrDefaultAsync(cancellationToken);
        return found ?? throw RefusedException.NotFound("confirmation");
    }
}
