using System.Collections.Concurrent;
using Npgsql;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;
using SmartFlow.TokenStore.Reconcile;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>
/// Several processes on one PostgreSQL, all at once on the same accounts, and everything that is wrong afterwards.
/// </summary>
internal sealed class LedgerContention : IAsyncDisposable
{
    private const int Processes = 4;
    private readonly OnPostgres database;
    private readonly LedgerWorker[] workers;
    private readonly ConcurrentDictionary<(long Account, string EventId), int> applied = new();
    private readonly ConcurrentBag<string> wrong = [];
    private int answered;

    /// <param name="retrySeconds">How long each process insists; more than it should ever take: commands are never
    /// given up.</param>
    public LedgerContention(OnPostgres database, LedgerMutant mutant, int retrySeconds = 5)
    {
        this.database = database;
        workers =
        [
            .. Enumerable
                .Range(0, Processes)
                .Select(_ =>
                    LedgerDatabase.Worker(
                        new Watched(new PostgresLedgerStore(database.Source(), mutant.Sql), wrong),
                        options: new TokenStoreOptions { LedgerWorkers = 2, LedgerRetrySeconds = retrySeconds }
                    )
                ),
        ];
    }

    /// <summary>A server that finds deadlocks at once, so that a test of them does not take minutes.</summary>
    public static Task<OnPostgres> DatabaseAsync(PostgresServer postgres) =>
        LedgerDatabase.PostgresAsync(postgres, "-c deadlock_timeout=20ms");

    /// <summary>Accounts 1 to count with a balance each, as the ledger would have booked it.</summary>
    public static Task OpenAsync(LedgerDatabase database, int count, long micros) =>
        database.RunAsync(
            $"""
            INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros, consumed_micros,
                created_at, updated_at)
            SELECT n, {micros}, 0, 1, 1, 0, {micros}, 0, 0, 0 FROM generate_series(1, {count}) AS n
            UNION ALL SELECT -4, -{micros}::bigint * {count}, 0, 1, 1, 0, 0, 0, 0, 0;
            INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id,
                fingerprint, description, metadata_json, created_at)
            SELECT account_id, 1, CASE WHEN account_id > 0 THEN 'adjust' ELSE 'system' END, 'open', 'adjust', posted_micros, posted_micros, 0, 0, 0,
                '', '', 0 FROM credit_accounts
            """
        );

    /// <summary>
    /// Each writer charges, now and then what another one charges too, and reserves, settles and gives back.
    /// </summary>
    public async Task WriteAsync(int writers, int accounts, int rounds)
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        var random = new Random(w);
                        for (var i = 0; i < rounds; i++)
                        {
                            var account = random.Next(1, accounts + 1);
                            // Two writers say the same: one of them books it.
                            await SubmitAsync(w, Charge(account, $"shared-{w / 2}-{i}", 7));
                            var own = $"own-{w}-{i}";
                            await SubmitAsync(w, new Reserve(account, own, 50, TimeSpan.FromHours(1)));
                            await SubmitAsync(w, i % 3 == 0 ? new Release(account, own) : Charge(account, own, 30));
                        }
                    })
                )
        );
    }

    /// <summary>Everybody wants more than there is; what is admitted costs at most its hold.</summary>
    /// <returns>How many were admitted.</returns>
    public async Task<int> RaceAsync(int writers, int accounts, int rounds)
    {
        var admitted = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, writers)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        var random = new Random(w);
                        for (var i = 0; i < rounds; i++)
                        {
                            var (account, id, hold) = (
                                random.Next(1, accounts + 1),
                                $"race-{w}-{i}",
                                random.Next(1, 200)
                            );
                            var decision = await SubmitAsync(w, new Reserve(account, id, hold, TimeSpan.FromHours(1)));
                            if (decision.Outcome != LedgerOutcome.Applied)
                                continue;
                            Interlocked.Increment(ref admitted);
                            await SubmitAsync(
                                w,
                                i % 4 == 0
                                    ? Charge(account, id, random.Next(0, hold / 10 + 1))
                                    : new Release(account, id)
                            );
                        }
                    })
                )
        );
        return admitted;
    }

    /// <summary>Batches as a worker would form them, over few accounts in any order.</summary>
    public async Task BatchesAsync(int accounts, int rounds)
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, Processes * 2)
                .Select(w =>
                    Task.Run(async () =>
                    {
                        var random = new Random(w);
                        for (var i = 0; i < rounds; i++)
                        {
                            var commands = Enumerable
                                .Range(0, 8)
                                .Select(c => Charge(random.Next(1, accounts + 1), $"b-{w}-{i}-{c}", 1))
                                .ToArray<LedgerCommand>();
                            var answers = await workers[w % Processes].RunAsync(w % 2, commands);
                            for (var c = 0; c < commands.Length; c++)
                                Note((Post)commands[c], answers[c]);
                        }
                    })
                )
        );
    }

    /// <summary>How many commands were answered.</summary>
    public int Answered => Volatile.Read(ref answered);

    /// <summary>Everything that broke; empty: nothing did.</summary>
    /// <param name="crashed">Nobody may have heard the first time that something was booked.</param>
    public async Task<string[]> WrongAsync(bool crashed = false)
    {
        await using var connection = (NpgsqlConnection)await database.OpenAsync();
        foreach (var (check, sql) in LedgerAudit.Checks)
        {
            await using var command = ReadOnlyLedger.Command(connection, null, sql, 10);
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync())
                wrong.Add(
                    $"{check}: {row.GetInt64(0)} {row.GetInt64(1)} {row.GetString(2)} {row.GetInt64(3)} {row.GetInt64(4)}"
                );
        }
        var inverted = await LedgerCheck.ReadAsync(
            connection,
            """
            SELECT count(*) FROM (SELECT transaction_id < lag(transaction_id) OVER (PARTITION BY account_id ORDER BY seq) AS back FROM credit_ledger) n
            WHERE back
            """,
            r => r.GetInt64(0)
        );
        if (inverted[0] > 0)
            wrong.Add($"transactions: {inverted[0]} have a lower number than the one before them on their account");
        var booked = await LedgerCheck.ReadAsync(
            connection,
            "SELECT account_id, event_id FROM credit_ledger WHERE kind = 'call'",
            r => (r.GetInt64(0), r.GetString(1))
        );
        if (!booked.ToHashSet().SetEquals(applied.Keys))
            wrong.Add("what was answered is not what was booked");
        foreach (var (key, times) in applied.Where(a => a.Value > 1 || (a.Value == 0 && !crashed)))
            wrong.Add($"{key} was applied {times} times");
        return [.. wrong];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in workers)
            await worker.DisposeAsync();
    }

    private async Task<LedgerDecision> SubmitAsync(int writer, LedgerCommand command)
    {
        LedgerAnswer answer;
        try
        {
            answer = new(await workers[writer % Processes].SubmitAsync(command), null);
        }
        catch (Exception e)
        {
            answer = new(default, e);
        }
        Interlocked.Increment(ref answered);
        if (command is Post post)
            Note(post, answer);
        else if (answer.Failure is not null)
            wrong.Add($"{command}: {answer.Failure.Message}");
        else if (
            command is Reserve
            && answer.Decision.Outcome == LedgerOutcome.Applied
            && answer.Decision.HeldMicros > answer.Decision.PostedMicros
        )
            wrong.Add($"{command}: {answer.Decision}");
        return answer.Decision;
    }

    private void Note(Post post, LedgerAnswer answer)
    {
        if (answer.Failure is not null)
            wrong.Add($"{post}: {answer.Failure.Message}");
        else if (answer.Decision.Outcome is not (LedgerOutcome.Applied or LedgerOutcome.Repeated))
            wrong.Add($"{post}: {answer.Decision}");
        else
        {
            var now = answer.Decision.Outcome == LedgerOutcome.Applied ? 1 : 0;
            applied.AddOrUpdate((post.AccountId, post.EventId), now, (_, n) => n + now);
        }
    }

    private static Post Charge(long account, string id, long micros) =>
        new(
            account,
            Kinds.Call,
            id,
            -micros,
            "charge",
            SystemAccounts.UsageRevenue,
            "m · s",
            "{}",
            new Consumption("s", "p", "m", 3)
        );

    /// <summary>Sees what the worker would only try again, except that a server is down.</summary>
    private sealed class Watched(PostgresLedgerStore store, ConcurrentBag<string> wrong) : ILedgerStore
    {
        public async Task<LedgerState> RunAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold)
        {
            try
            {
                return await store.RunAsync(needs, shard, fold);
            }
            catch (PostgresException e) when (!e.SqlState.StartsWith("57P", StringComparison.Ordinal))
            {
                wrong.Add(e.SqlState == PostgresErrorCodes.DeadlockDetected ? "deadlock" : e.Message);
                throw;
            }
        }
    }
}
