using SmartFlow.Platform.Backup;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Operations;

/// <summary>
/// After a restore balances continue from earlier versions: what caches know of the life before must count as older. By
/// the clock, because the same back-up may be restored twice, and the second life must not have the epoch of the first.
/// </summary>
internal sealed class RaiseEpoch(IWriter<TokenStoreDb> writer, TimeProvider time) : IRestoreStep
{
    private const string Raise =
        "UPDATE credit_epochs SET epoch = CASE WHEN epoch + 1 > $1 THEN epoch + 1 ELSE $1 END WHERE id = 1";

    public int Order => 10;

    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var raised = await writer.RunAsync(
            sql => sql.RunAsync(Raise, time.GetUtcNow().ToUnixTimeSeconds()),
            Durability.PowerLoss,
            cancellationToken
        );
        return raised == 1
            ? "tokenstore: the epoch is raised; what caches know of before counts as older"
            : throw new InvalidOperationException("credit_epochs has not its one row.");
    }
}
