using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Agent.Proposals;

/// <summary>A user's own proposal.</summary>
internal sealed class FindProposal(IDbContextFactory<AgentDb> databases)
{
    public async Task<KeptProposal?> FindAsync(ulong userId, string id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Proposals.AsNoTracking()
            .FirstOrDefaultAsync(p => p.Id == id && p.UserId == userId, cancellationToken);
    }
}
