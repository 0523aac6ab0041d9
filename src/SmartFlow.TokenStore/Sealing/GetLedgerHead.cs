using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace SmartFlow.TokenStore.Sealing;

/// <param name="Position">How many batches are sealed; 0: none.</param>
/// <param name="Seal">In hexadecimal; it stands for every entry of every batch so far.</param>
/// <param name="At">When the last was sealed.</param>
internal sealed record LedgerHead(ulong Position, ulong BatchId, string Seal, DateTimeOffset? At);

/// <summary>
/// GET /admin/ledger/head: the end of the chain. Whoever keeps it elsewhere can show later that nothing before it was
/// changed, not even by somebody who wrote all seals anew: position and seal must still be the same.
/// </summary>
internal static class GetLedgerHead
{
    public static void Map(IEndpointRouteBuilder admin) =>
        admin.MapGet(
            "/ledger/head",
            async (IDbContextFactory<TokenStoreDb> databases, CancellationToken cancellationToken) =>
            {
                await using var db = await databases.CreateDbContextAsync(cancellationToken);
                var head = await db
                    .Seals.AsNoTracking()
                    .OrderByDescending(s => s.Position)
                    .FirstOrDefaultAsync(cancellationToken);
                return head is null
                    ? new LedgerHead(0, 0, Convert.ToHexStringLower(SealHash.Genesis), null)
                    : new LedgerHead(
                        (ulong)head.Position,
                        (ulong)head.BatchId,
                        Convert.ToHexStringLower(head.Seal),
                        head.SealedAt
                    );
            }
        );
}
