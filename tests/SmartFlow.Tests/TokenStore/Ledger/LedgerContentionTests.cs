namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>Four processes with two workers each on one PostgreSQL. SMARTFLOW_SOAK=n writes n times as much.</summary>
public sealed class LedgerContentionTests(PostgresServer postgres)
{
    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"), out var rounds) ? rounds : 1;

    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task Sixty_four_writers_lose_nothing_double_nothing_and_never_deadlock(int accounts)
    {
        await using var database = await LedgerContention.DatabaseAsync(postgres);
        await LedgerContention.OpenAsync(database, accounts, micros: 1_000_000_000);
        await using var processes = new LedgerContention(database, LedgerMutant.None);
        await processes.WriteAsync(writers: 64, accounts, 15 * Rounds);
        (await processes.WrongAsync()).ShouldBeEmpty();
    }

    /// <summary>
    /// What was answered is there; what was not is booked once all the same, since each process insists.
    /// </summary>
    [Fact]
    public async Task A_server_that_crashes_under_load_loses_nothing_and_doubles_nothing()
    {
        await using var server = new PostgresServer();
        await using var database = await LedgerContention.DatabaseAsync(server);
        await LedgerContention.OpenAsync(database, 50, micros: 1_000_000_000);
        await using var processes = new LedgerContention(database, LedgerMutant.None, retrySeconds: 120);
        var load = processes.WriteAsync(writers: 32, accounts: 50, 15 * Rounds);
        for (var crash = 1; crash <= 2; crash++)
        {
            await Eventually.IsTrueAsync(() => Task.FromResult(processes.Answered > crash * 200), "there is load");
            await server.CrashAsync();
        }
        load.IsCompleted.ShouldBeFalse("the crashes were under load");
        await load;
        database.ForgetConnections();
        (await processes.WrongAsync(crashed: true)).ShouldBeEmpty();
    }

    /// <summary>Costs stay within their holds here, so the database itself can check it at every change.</summary>
    [Fact]
    public async Task Racing_reserves_never_hold_more_than_the_balance()
    {
        await using var database = await LedgerContention.DatabaseAsync(postgres);
        await LedgerContention.OpenAsync(database, count: 2, micros: 1_000);
        await database.RunAsync(
            "ALTER TABLE credit_accounts ADD CHECK (account_id < 0 OR held_micros <= posted_micros)"
        );
        await using var processes = new LedgerContention(database, LedgerMutant.None);
        var admitted = await processes.RaceAsync(writers: 64, accounts: 2, 10 * Rounds);
        admitted.ShouldBeGreaterThan(0);
        (await processes.WrongAsync()).ShouldBeEmpty();
        (
            await database.ScalarAsync<long>("SELECT min(posted_micros) FROM credit_accounts WHERE account_id > 0")
        ).ShouldBeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public async Task Batches_over_the_same_few_accounts_never_deadlock()
    {
        await using var database = await LedgerContention.DatabaseAsync(postgres);
        (await BatchesAsync(database, LedgerMutant.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Locks_that_are_not_sorted_are_noticed()
    {
        await using var database = await LedgerContention.DatabaseAsync(postgres);
        (await BatchesAsync(database, LedgerMutant.NoSort)).ShouldContain("deadlock");
    }

    [Fact]
    public async Task A_sequence_with_a_cache_is_noticed()
    {
        await using var database = await LedgerContention.DatabaseAsync(postgres);
        await database.RunAsync("ALTER SEQUENCE credit_ledger_transaction_id_seq CACHE 50");
        (await BatchesAsync(database, LedgerMutant.None)).ShouldContain(w => w.StartsWith("transactions: "));
    }

    [Fact]
    public async Task No_sequence_has_a_cache()
    {
        await using var database = await LedgerDatabase.PostgresAsync(postgres);
        (
            await database.ScalarAsync<long>("SELECT count(*) FROM pg_sequences WHERE schemaname = 'tokenstore'")
        ).ShouldBeGreaterThan(2);
        (await database.ScalarAsync<long>("SELECT count(*) FROM pg_sequences WHERE cache_size <> 1")).ShouldBe(0);
    }

    private static async Task<string[]> BatchesAsync(OnPostgres database, LedgerMutant mutant)
    {
        await LedgerContention.OpenAsync(database, count: 12, micros: 1_000_000);
        await using var processes = new LedgerContention(database, mutant);
        await processes.BatchesAsync(accounts: 12, 25 * Rounds);
        return await processes.WrongAsync();
    }
}
