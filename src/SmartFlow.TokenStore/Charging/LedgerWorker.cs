using Microsoft.Extensions.Options;
using SmartFlow.Platform.Batching;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// The one way to change an account: commands are routed by account to a worker, which runs them in batches (group
/// commit) and pushes the snapshots after the commit.
/// </summary>
internal sealed class LedgerWorker : IAsyncDisposable
{
    private readonly ILedgerStore store;
    private readonly IBalanceSnapshots snapshots;
    private readonly Batcher<LedgerCommand, LedgerDecision>[] workers;

    public LedgerWorker(ILedgerStore store, IBalanceSnapshots snapshots, IOptions<TokenStoreOptions> options)
    {
        this.store = store;
        this.snapshots = snapshots;
        var settings = options.Value;
        // One file has one writer; on PostgreSQL workers split by account do not wait for each other's locks.
        var count = store is SqliteLedgerStore ? 1 : settings.LedgerWorkers;
        workers = [.. Enumerable.Range(0, count).Select(_ => new Batcher<LedgerCommand, LedgerDecision>(
            "ledger", RunAsync, settings.LedgerBatchLimit, settings.LedgerQueueLimit))];
    }

    /// <summary>The decision, durable: after power loss for what is booked, after the process's death for holds.</summary>
    /// <exception cref="RefusedException">unavailable: too much waits, or the database is out of reach.</exception>
    public Task<LedgerDecision> SubmitAsync(LedgerCommand command) =>
        workers[(int)((ulong)command.AccountId % (ulong)workers.Length)].SubmitAsync(command);

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers) await worker.DisposeAsync();
    }

    private async Task<IReadOnlyList<LedgerDecision>> RunAsync(IReadOnlyList<LedgerCommand> commands)
    {
        LedgerDecision[] decisions = [];
        LedgerState state;
        try
        {
            state = await store.RunAsync(LedgerNeeds.Of(commands), s => decisions = LedgerFold.Run(s, commands));
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException { IsTransient: true } or TimeoutException)
        {
            throw new RefusedException(ErrorCodes.Unavailable, "The Credit ledger is out of reach; try again shortly.");
        }
        catch (Exception) when (commands.Count > 1)
        {
            // One command may be the cause: halves narrow it down, so that it fails alone.
            var half = commands.Count / 2;
            var first = await RunAsync([.. commands.Take(half)]);
            return [.. first, .. await RunAsync([.. commands.Skip(half)])];
        }
        await snapshots.SetIfNewerAsync(Changed(state), CancellationToken.None);
        return decisions;
    }

    private static List<(ulong, BalanceSnapshot)> Changed(LedgerState state)
    {
        var changed = new List<(ulong, BalanceSnapshot)>(state.OldRevs.Count + state.NewAccounts.Count);
        foreach (var id in state.OldRevs.Keys.Union(state.NewAccounts))
        {
            var account = state.Accounts[id];
            changed.Add(((ulong)id, new BalanceSnapshot(account.PostedMicros, account.HeldMicros, account.Rev)));
        }
        return changed;
    }
}
