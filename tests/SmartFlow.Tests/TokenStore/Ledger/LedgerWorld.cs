using System.Data.Common;
using SmartFlow.Platform.Snapshots;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>
/// Tells a story to two processes on one real database and to the model, and compares after every step: the answers,
/// every account, entry, hold and refusal, and the identities that need no model.
/// </summary>
internal sealed class LedgerWorld(LedgerDatabase database, LedgerMutant mutant, ISet<Fault> happened)
{
    private readonly LedgerModel model = new();
    private readonly Dictionary<long, (string State, long Rev)> seen = [];
    private readonly Process[] processes = new Process[2];

    /// <param name="happened">Takes the faults that really fired.</param>
    public static async Task RunAsync(
        LedgerDatabase database,
        LedgerStory story,
        LedgerMutant mutant,
        ISet<Fault> happened
    )
    {
        await database.EmptyAsync();
        var world = new LedgerWorld(database, mutant, happened);
        for (var i = 0; i < world.processes.Length; i++)
            world.processes[i] = new Process(database, mutant);
        try
        {
            foreach (var step in story.Steps)
                await world.RunAsync(step);
        }
        finally
        {
            foreach (var process in world.processes)
                await process.DisposeAsync();
        }
    }

    private async Task RunAsync(Step step)
    {
        if (step is PlaceOrder order)
            await PlaceAsync(order);
        else
            await RunAsync((RunBatch)step);
        await using var connection = await database.OpenAsync();
        await LedgerCheck.CheckAsync(connection, model, seen);
        foreach (var process in processes)
            await process.CheckSnapshotsAsync(connection);
    }

    private async Task PlaceAsync(PlaceOrder order)
    {
        var id = model.Orders.Count + 1;
        await database.RunAsync(
            $"""
            INSERT INTO credit_orders (order_no, user_id, product_id, product_name, product_snapshot, quantity, credit_amount, amount_cent,
                currency, status, payment_mode, idempotency_key, fingerprint, created_at, mock_channel)
            VALUES ('{id}', {order.Account}, 1, 'Pack', '', 1, {order.Credits}, 1, 'CNY', '{(
                order.Closed ? "closed" : "pending"
            )}', 'mock',
                '{id}', 0, 0, '')
            """
        );
        model.Orders.Add(id, new LedgerModel.Order(order.Account, order.Credits, order.Closed));
    }

    private async Task RunAsync(RunBatch step)
    {
        var process = processes[step.Process];
        await using var connection = await database.OpenAsync();
        var accounts = await LedgerCheck.AccountsAsync(connection);
        // A batch that surely writes to the account that another process has changed since this one looked.
        LedgerCommand[] told =
            step.Fault == Fault.StaleRead && process.Outdated(accounts) is { } outdated
                ? [new Post(outdated, Kinds.Adjust, "stale", 1, "adjust", SystemAccounts.Adjustments, "", "{}")]
                : step.Commands;
        await process.ArmAsync(step.Fault, accounts);
        var answers = await process.Worker.RunAsync(0, [.. told.Select(mutant.Alter)]);
        var fired = await process.DisarmAsync();
        if (fired)
            happened.Add(step.Fault);
        if (fired && step.Fault is (Fault.CrashBeforeCommit or Fault.StaleRead))
            answers.ShouldAllBe(a => a.Failure != null);
        else
        {
            // Where nobody heard of the commit, the answers are those of the repeat.
            if (fired && step.Fault is (Fault.CrashAfterCommit or Fault.LostAnswer))
                foreach (var command in told)
                    model.Apply(command);
            // Run more than twice, it was halved first, and only one of the halves was repeated.
            var unheard =
                fired && (step.Fault == Fault.CrashAfterCommit || (step.Fault == Fault.LostAnswer && process.Runs > 2));
            if (!unheard)
                Compare(told, answers);
        }
        if (fired && step.Fault is (Fault.CrashBeforeCommit or Fault.CrashAfterCommit))
        {
            await process.DisposeAsync();
            processes[step.Process] = new Process(database, mutant);
        }
    }

    private void Compare(LedgerCommand[] commands, IReadOnlyList<LedgerAnswer> answers)
    {
        for (var i = 0; i < commands.Length; i++)
        {
            var expected = model.Apply(commands[i]);
            answers[i].Failure.ShouldBeNull(commands[i].ToString());
            answers[i].Decision.ShouldBe(expected, commands[i].ToString());
        }
    }

    /// <summary>One process: its own store, workers and snapshots, and what is to go wrong next.</summary>
    private sealed class Process : ILedgerStore, IAsyncDisposable
    {
        private readonly LedgerDatabase database;
        private readonly LedgerMutant mutant;
        private readonly ILedgerStore store;
        private readonly MemoryBalanceSnapshots snapshots = new();
        private Dictionary<long, CreditAccount> stale = [];
        private Fault fault;
        private bool fired;

        public Process(LedgerDatabase database, LedgerMutant mutant)
        {
            (this.database, this.mutant) = (database, mutant);
            store = database.Store(Reach, mutant.Sql);
            Worker = LedgerDatabase.Worker(this, snapshots, Reach);
        }

        public LedgerWorker Worker { get; }

        /// <summary>How often the store was asked since something was armed.</summary>
        public int Runs { get; private set; }

        public Task<LedgerState> RunAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold)
        {
            Runs++;
            return store.RunAsync(needs, shard, state =>
            {
                mutant.Forget(state);
                if (fault == Fault.StaleRead)
                    ReadStale(state);
                fold(state);
            });
        }

        /// <summary>An account that is not as it was when this process last looked.</summary>
        public long? Outdated(Dictionary<long, CreditAccount> now)
        {
            foreach (var (id, old) in stale)
                if (id > 0 && now[id].Rev != old.Rev)
                    return id;
            return null;
        }

        public async Task ArmAsync(Fault next, Dictionary<long, CreditAccount> now)
        {
            (fault, fired, Runs) = (next, false, 0);
            if (next != Fault.StaleRead)
                stale = now;
            if (next == Fault.LostInWrite)
                await database.ArmKillAsync();
        }

        public async Task<bool> DisarmAsync()
        {
            if (fault == Fault.LostInWrite)
                fired |= await database.DisarmKillAsync();
            fault = Fault.None;
            return fired;
        }

        public async Task CheckSnapshotsAsync(DbConnection connection)
        {
            foreach (var (id, account) in await LedgerCheck.AccountsAsync(connection))
            {
                if (id < 0)
                    continue;
                if (await snapshots.GetAsync((ulong)id, default) is not { } snapshot)
                    continue;
                snapshot.Rev.ShouldBeLessThanOrEqualTo(account.Rev);
                if (snapshot.Rev == account.Rev)
                    snapshot.ShouldBe(new BalanceSnapshot(account.PostedMicros, account.HeldMicros, account.Rev));
            }
        }

        public ValueTask DisposeAsync() => Worker.DisposeAsync();

        private void ReadStale(LedgerState state)
        {
            foreach (var (id, old) in stale)
            {
                if (!state.Accounts.TryGetValue(id, out var current) || current.Rev == old.Rev)
                    continue;
                state.Accounts[id] = old;
                fired = true;
            }
        }

        private void Reach(string point)
        {
            if (fired)
                return;
            Exception? failure = (fault, point) switch
            {

                (Fault.LostBeforeWrite, "ledger.locked")
                or
                (Fault.LostInWrite, "ledger.written")
                or (Fault.LostAnswer, "ledger.committed") => new IOException("The connection is lost."),
                (Fault.CrashBeforeCommit, "ledger.locked") or (Fault.CrashAfterCommit, "ledger.committed") =>
                    new CrashException(),
                _ => null,
            };
            if (failure is null)
                return;
            fired = true;
            throw failure;
        }
    }

    private sealed class CrashException() : Exception("The process died.");
}
