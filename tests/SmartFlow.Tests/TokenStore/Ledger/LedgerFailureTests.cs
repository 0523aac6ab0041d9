using Npgsql;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Snapshots;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>What the ledger does when its database fails it, or refuses something.</summary>
public sealed class LedgerFailureTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_run_again_and_books_nothing_twice()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        var server = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        await using var proxy = new CommitLosingProxy(server.Port);
        var source = database.Source(
            new NpgsqlConnectionStringBuilder(database.ConnectionString) { Port = proxy.Port }.ToString()
        );
        await using var worker = LedgerDatabase.Worker(new PostgresLedgerStore(source));
        await LostAsync(proxy, worker, new OpenAccount(1, "mei", 1_000, 10), LedgerOutcome.Repeated);
        for (var i = 0; i < 5; i++)
        {
            (
                await LostAsync(
                    proxy,
                    worker,
                    new Reserve(1, $"c{i}", 10, TimeSpan.FromHours(1)),
                    LedgerOutcome.Repeated
                )
            ).HeldMicros.ShouldBe(10);
            (await LostAsync(proxy, worker, Charge(1, $"c{i}", 4), LedgerOutcome.Repeated)).PostedMicros.ShouldBe(
                1_000 - (4 * (i + 1))
            );
            await worker.SubmitAsync(new Reserve(1, $"r{i}", 10, TimeSpan.FromHours(1)));
            // It was given back and nobody heard of it: there is nothing left to give back.
            await LostAsync(proxy, worker, new Release(1, $"r{i}"), LedgerOutcome.NotFound);
        }
        proxy.Lost.ShouldBe(16);
        (await database.ScalarAsync<long>("SELECT count(*) FROM credit_ledger WHERE account_id = 1")).ShouldBe(6);
        (
            await database.ScalarAsync<long>(
                "SELECT posted_micros * 1000 + held_micros FROM credit_accounts WHERE account_id = 1"
            )
        ).ShouldBe(980_000);
    }

    [Fact]
    public async Task A_command_that_the_database_cannot_store_fails_alone()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        await using var worker = LedgerDatabase.Worker(database.Store());
        await worker.SubmitAsync(new OpenAccount(1, "mei", 1_000, 10));
        var commands = Enumerable
            .Range(0, 9)
            .Select(i => Charge(1, $"c{i}", 1, i == 5 ? "a text with \0 in it" : "fine"))
            .ToArray<LedgerCommand>();
        var answers = await worker.RunAsync(0, commands);
        answers
            .Select((a, i) => (i, a.Failure))
            .Where(a => a.Failure is not null)
            .ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(a => a.i.ShouldBe(5), a => a.Failure.ShouldBeOfType<PoisonException>());
        answers[8].Decision.PostedMicros.ShouldBe(992);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Where_an_account_of_ours_would_overflow_only_the_command_that_does_it_is_refused(bool onPostgres)
    {
        await using LedgerDatabase database = onPostgres
            ? await LedgerDatabase.PostgresAsync(postgres)
            : await LedgerDatabase.SqliteAsync();
        await using var worker = LedgerDatabase.Worker(database.Store());
        var half = long.MaxValue / 2;
        var answers = await worker.RunAsync(
            0,
            [Open(1), Open(2), Open(3), Adjust(1, half), Adjust(2, half), Adjust(3, half), Adjust(3, -5), Adjust(2, 2)]
        );
        answers.ShouldAllBe(a => a.Failure == null);
        answers
            .Select(a => a.Decision.Outcome == LedgerOutcome.OutOfRange)
            .ShouldBe([false, false, false, false, false, true, false, false]);
        (await database.ScalarAsync<long>("SELECT posted_micros FROM credit_accounts WHERE account_id = -4")).ShouldBe(
            -(half * 2) + 3
        );
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_batch_that_read_another_version_of_an_account_fails_whole_and_is_not_tried_again(
        bool onPostgres
    )
    {
        await using LedgerDatabase database = onPostgres
            ? await LedgerDatabase.PostgresAsync(postgres)
            : await LedgerDatabase.SqliteAsync();
        await using var honest = LedgerDatabase.Worker(database.Store());
        await honest.RunAsync(0, [Open(1), Open(2)]);
        var store = new Outdated(database.Store());
        await using var worker = LedgerDatabase.Worker(store);
        var answers = await worker.RunAsync(0, [Adjust(1, 5), Adjust(2, 5)]);
        answers.Select(a => a.Failure is null or PoisonException or RefusedException).ShouldBe([false, false]);
        store.Runs.ShouldBe(1);
        (await database.ScalarAsync<long>("SELECT count(*) FROM credit_ledger WHERE kind = 'adjust'")).ShouldBe(0);
    }

    [Fact]
    public async Task A_database_out_of_reach_is_unavailable_and_the_same_command_succeeds_later()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        var reachable = false;
        void Reach(string point)
        {
            if (!reachable && point == "ledger.locked")
                throw new NpgsqlException("lost", new IOException("lost"));
        }
        await using var worker = LedgerDatabase.Worker(
            database.Store(Reach),
            options: new TokenStoreOptions { LedgerWorkers = 1, LedgerRetrySeconds = 0 }
        );
        (await Should.ThrowAsync<RefusedException>(() => worker.SubmitAsync(Open(1)))).Code.ShouldBe(
            ErrorCodes.Unavailable
        );
        reachable = true;
        (await worker.SubmitAsync(Open(1))).Outcome.ShouldBe(LedgerOutcome.Applied);
    }

    [Fact]
    public async Task Snapshots_out_of_reach_do_not_undo_what_is_booked()
    {
        await using var database = await LedgerDatabase.SqliteAsync();
        await using var worker = LedgerDatabase.Worker(database.Store(), new NoSnapshots());
        (await worker.SubmitAsync(Open(1))).Outcome.ShouldBe(LedgerOutcome.Applied);
    }

    [Fact]
    public async Task Two_batches_at_a_time_book_their_other_side_on_different_shards_and_none_waits()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        await using var second = LedgerDatabase.Worker(new PostgresLedgerStore(database.Source()));
        await second.RunAsync(0, [Open(1), Open(2)]);
        var inside = false;
        // While the first holds everything that it needs, the second runs from beginning to end.
        var first = new Between(new PostgresLedgerStore(database.Source()), async () =>
        {
            inside = true;
            (await second.RunAsync(0, [Adjust(2, 5)]))[0].Decision.Outcome.ShouldBe(LedgerOutcome.Applied);
        });
        await using var worker = LedgerDatabase.Worker(first);
        (await worker.RunAsync(0, [Adjust(1, 5)]))[0].Decision.Outcome.ShouldBe(LedgerOutcome.Applied);
        inside.ShouldBeTrue();
        await using var connection = await database.OpenAsync();
        var shards = await LedgerCheck.ReadAsync(
            connection,
            "SELECT account_id FROM credit_ledger WHERE kind = 'system' AND amount_micros = -5",
            r => r.GetInt64(0)
        );
        shards.Distinct().Count().ShouldBe(2);
        shards.Select(SystemAccounts.KindOf).ShouldBe([SystemAccounts.Adjustments, SystemAccounts.Adjustments]);
    }

    [Fact]
    public void A_shard_knows_its_kind()
    {
        foreach (var kind in SystemAccounts.All)
            Enumerable
                .Range(0, PostgresLedgerSql.Shards)
                .Select(s => SystemAccounts.KindOf(SystemAccounts.InShard(kind, s)))
                .ShouldAllBe(k => k == kind);
        SystemAccounts
            .All.SelectMany(k =>
                Enumerable.Range(0, PostgresLedgerSql.Shards).Select(s => SystemAccounts.InShard(k, s))
            )
            .ShouldBeUnique();
    }

    private static async Task<LedgerDecision> LostAsync(
        CommitLosingProxy proxy,
        LedgerWorker worker,
        LedgerCommand command,
        LedgerOutcome outcome
    )
    {
        proxy.Arm();
        var decision = await worker.SubmitAsync(command);
        decision.Outcome.ShouldBe(outcome, command.ToString());
        return decision;
    }

    private static OpenAccount Open(long account) => new(account, "subject-" + account, 0, 10);

    private static Post Adjust(long account, long micros) =>
        new(account, Kinds.Adjust, "adjust " + micros, micros, "adjust", SystemAccounts.Adjustments, "", "{}");

    private static Post Charge(long account, string id, long micros, string description = "") =>
        new(
            account,
            Kinds.Call,
            id,
            -micros,
            "charge",
            SystemAccounts.UsageRevenue,
            description,
            "{}",
            new Consumption("s", "p", "m", 3)
        );

    /// <summary>Reads every account as it was one version earlier.</summary>
    private sealed class Outdated(ILedgerStore store) : ILedgerStore
    {
        public int Runs { get; private set; }

        public Task<LedgerState> RunAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold)
        {
            Runs++;
            return store.RunAsync(needs, shard, state =>
            {
                foreach (var account in state.Accounts.Values)
                    account.Rev--;
                fold(state);
            });
        }
    }

    /// <summary>Does something while a batch holds its locks.</summary>
    private sealed class Between(ILedgerStore store, Func<Task> act) : ILedgerStore
    {
        public Task<LedgerState> RunAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold) =>
            store.RunAsync(needs, shard, state =>
            {
                Task.Run(act).GetAwaiter().GetResult();
                fold(state);
            });
    }

    private sealed class NoSnapshots : IBalanceSnapshots
    {
        public ValueTask<BalanceSnapshot?> GetAsync(ulong userId, CancellationToken cancellationToken) =>
            throw new IOException("gone");

        public ValueTask SetIfNewerAsync(
            IReadOnlyList<(ulong UserId, BalanceSnapshot Snapshot)> snapshots,
            CancellationToken cancellationToken
        ) => throw new IOException("gone");
    }
}
