using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Batching;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// The one way to change an account: commands are routed by account to a worker, which runs them in batches (group
/// commit) and pushes the snapshots after the commit. A batch that met a passing failure is tried again as it is, which
/// is harmless even where its commit was only not heard of; one whose content was refused is halved down to the
/// culprit.
/// </summary>
internal sealed partial class LedgerWorker : IAsyncDisposable
{
    private const int TakenAttempts = 3;
    private const int LongestPauseMs = 500;
    private readonly ILedgerStore store;
    private readonly IBalanceSnapshots snapshots;
    private readonly TokenStoreOptions settings;
    private readonly ILogger<LedgerWorker> logger;
    private readonly Action<string> reach;
    private readonly Batcher<LedgerCommand, LedgerAnswer>[] workers;
    private readonly bool splitByAccount;

    public LedgerWorker(
        ILedgerStore store,
        IBalanceSnapshots snapshots,
        IOptions<TokenStoreOptions> options,
        ILogger<LedgerWorker> logger
    )
        : this(store, snapshots, options.Value, logger, FaultPoint.Reach) { }

    /// <param name="reach">Called at the named fault points.</param>
    internal LedgerWorker(
        ILedgerStore store,
        IBalanceSnapshots snapshots,
        TokenStoreOptions settings,
        ILogger<LedgerWorker> logger,
        Action<string> reach
    )
    {
        (this.store, this.snapshots, this.settings, this.logger, this.reach) = (
            store,
            snapshots,
            settings,
            logger,
            reach
        );
        // One file has one writer, but holds need not wait for the flush of charges; on PostgreSQL workers split by
        // account do not wait for each other's locks.
        var count = store is SqliteLedgerStore ? 2 : settings.LedgerWorkers;
        splitByAccount = store is not SqliteLedgerStore;
        workers =
        [
            .. Enumerable
                .Range(0, count)
                .Select(shard => new Batcher<LedgerCommand, LedgerAnswer>(
                    "ledger",
                    commands => RunAsync(shard, commands),
                    settings.LedgerBatchLimit,
                    settings.LedgerQueueLimit
                )),
        ];
    }

    /// <summary>
    /// The decision, durable: after power loss for what is booked, after the process's death for holds.
    /// </summary>
    /// <exception cref="RefusedException">unavailable: too much waits, or the database is out of reach.</exception>
    /// <exception cref="PoisonException">The database refuses the content of this very command.</exception>
    public async Task<LedgerDecision> SubmitAsync(LedgerCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var worker =
            splitByAccount ? (int)((ulong)command.AccountId % (ulong)workers.Length)
            : command.Durable ? 1
            : 0;
        var answer = await workers[worker].SubmitAsync(command);
        return answer.Failure is null ? answer.Decision : throw answer.Failure;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
            await worker.DisposeAsync();
    }

    /// <summary>Runs the commands as one batch, beside whatever the workers do.</summary>
    internal async Task<IReadOnlyList<LedgerAnswer>> RunAsync(int shard, IReadOnlyList<LedgerCommand> commands)
    {
        var answers = new LedgerAnswer[commands.Count];
        await RunAsync(shard, commands, answers);
        return answers;
    }

    private async Task RunAsync(int shard, IReadOnlyList<LedgerCommand> commands, ArraySegment<LedgerAnswer> answers)
    {
        var needs = LedgerNeeds.Of(commands);
        var give = Environment.TickCount64 + (settings.LedgerRetrySeconds * 1_000L);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                LedgerDecision[] decisions = [];
                var state = await store.RunAsync(needs, shard, s => decisions = LedgerFold.Run(s, commands));
                reach("ledger.committed");
                await PushAsync(state, commands, decisions);
                reach("ledger.pushed");
                for (var i = 0; i < decisions.Length; i++)
                    answers[i] = new(decisions[i], null);
                return;
            }
            catch (Exception e)
            {
                var failure = LedgerFailures.Of(e);
                var again =
                    failure == LedgerFailure.Taken
                        ? attempt < TakenAttempts
                        : failure == LedgerFailure.Passing && Environment.TickCount64 < give;
                if (!again)
                {
                    await GiveUpAsync(shard, commands, answers, e, failure);
                    return;
                }
                Log.TryingAgain(logger, e, commands.Count, attempt);
            }
            await Task.Delay(Random.Shared.Next(1, Math.Min(LongestPauseMs, 4 << Math.Min(attempt, 8))));
        }
    }

    private async Task GiveUpAsync(
        int shard,
        IReadOnlyList<LedgerCommand> commands,
        ArraySegment<LedgerAnswer> answers,
        Exception e,
        LedgerFailure failure
    )
    {
        if (failure is LedgerFailure.Content or LedgerFailure.Taken && commands.Count > 1)
        {
            var half = commands.Count / 2;
            await RunAsync(shard, [.. commands.Take(half)], answers[..half]);
            await RunAsync(shard, [.. commands.Skip(half)], answers[half..]);
            return;
        }
        var answer = failure switch
        {
            LedgerFailure.Passing or LedgerFailure.OutOfReach => new LedgerAnswer(
                default,
                new RefusedException(ErrorCodes.Unavailable, "The Credit ledger is out of reach; try again shortly.")
            ),
            _ when IsOverflow(e) => new LedgerAnswer(new LedgerDecision(LedgerOutcome.OutOfRange, 0, 0), null),
            LedgerFailure.Content or LedgerFailure.Taken => new LedgerAnswer(
                default,
                new PoisonException($"The ledger's database refuses it: {e.Message}")
            ),
            _ => new LedgerAnswer(default, e),
        };
        Log.GivenUp(logger, e, commands.Count, failure);
        foreach (ref var slot in answers.AsSpan())
            slot = answer;
    }

    private static bool IsOverflow(Exception e) =>
        e
            is OverflowException
                or Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.NumericValueOutOfRange };

    /// <summary>
    /// A cache that is out of reach does not undo what is booked: the next change of the account heals it. Who is
    /// refused for want of Credit is pushed as well: a cache that says otherwise, because another process booked, has
    /// let them come this far.
    /// </summary>
    private async ValueTask PushAsync(
        LedgerState state,
        IReadOnlyList<LedgerCommand> commands,
        LedgerDecision[] decisions
    )
    {
        HashSet<long>? told = null;
        for (var i = 0; i < decisions.Length; i++)
            if (decisions[i].Outcome == LedgerOutcome.Insufficient && !state.OldRevs.ContainsKey(commands[i].AccountId))
                (told ??= []).Add(commands[i].AccountId);
        var count = state.OldRevs.Count + state.NewAccounts.Count + (told?.Count ?? 0);
        if (count == 0)
            return;
        var changed = new List<(ulong, BalanceSnapshot)>(count);
        foreach (var id in state.OldRevs.Keys)
            changed.Add(Snapshot(state, id));
        foreach (var id in state.NewAccounts)
            if (!state.OldRevs.ContainsKey(id))
                changed.Add(Snapshot(state, id));
        foreach (var id in told ?? [])
            changed.Add(Snapshot(state, id));
        try
        {
            await snapshots.SetIfNewerAsync(changed, CancellationToken.None);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.NotPushed(logger, e, changed.Count);
        }
    }

    private static (ulong, BalanceSnapshot) Snapshot(LedgerState state, long id)
    {
        var account = state.Accounts[id];
        return ((ulong)id, new BalanceSnapshot(account.PostedMicros, account.HeldMicros, account.Rev, state.Epoch));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "A batch of {Count} is tried again, after attempt {Attempt}")]
        public static partial void TryingAgain(ILogger logger, Exception e, int count, int attempt);

        [LoggerMessage(2, LogLevel.Error, "A batch of {Count} was given up: {Failure}")]
        public static partial void GivenUp(ILogger logger, Exception e, int count, LedgerFailure failure);

        [LoggerMessage(3, LogLevel.Warning, "{Count} snapshots could not be pushed")]
        public static partial void NotPushed(ILogger logger, Exception e, int count);
    }
}
