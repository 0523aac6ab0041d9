using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// <c>smartflow ledger raise-epoch</c>, after a back-up was restored and before anything serves: whatever a cache knows of the ledger
/// that was replaced is older from now on.
/// </summary>
internal sealed class RaiseEpochCommand(IWriter<TokenStoreDb> writer, TimeProvider time) : ICommand
{
    public string Name => "ledger raise-epoch";

    public string Usage => ": after a restore, makes all that caches know of the earlier ledger out of date";

    public bool Writes => true;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments.Count > 0)
        {
            await output.WriteLineAsync("smartflow ledger raise-epoch");
            return 2;
        }
        // By the clock: the same back-up may be restored twice, and the second life must not have the epoch of the first.
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var epoch = await writer.WriteAsync(
            async (db, token) =>
            {
                var row = await db.Epochs.SingleAsync(e => e.Id == LedgerEpoch.TheOne, token);
                row.Epoch = Math.Max(row.Epoch + 1, now);
                await db.SaveChangesAsync(token);
                return row.Epoch;
            },
            cancellationToken);
        await output.WriteLineAsync($"The ledger's epoch is {epoch}.");
        return 0;
    }
}
