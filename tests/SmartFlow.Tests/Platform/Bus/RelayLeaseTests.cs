using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Planner;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>Several hosts on one PostgreSQL: one relays an outbox, the others stand by.</summary>
public sealed class RelayLeaseTests(PostgresServer postgres)
{
    private static readonly Dictionary<string, string?> InProcess = [];

    [Fact]
    public async Task Of_two_hosts_one_delivers_and_the_other_takes_over()
    {
        var (database, a, b) = (await postgres.NewDatabaseAsync(), new TestConsumer(), new TestConsumer());
        await using var two = await OneBesideAsync(database, a, b, async (one, two) =>
        {
            await WriteAsync(one, two, 0, 50);
            await Eventually.IsTrueAsync(async () => await one.WaitingAsync() == 0, "the outbox is empty");
            // Each once, all by one.
            a.Seen.Count.ShouldBe(4 * 50);
            b.Seen.ShouldBeEmpty();

            a.Poison = b.Poison = true;
            await two.PublishAsync(9, "bad");
            await Eventually.IsTrueAsync(async () => await two.LettersAsync() == 1, "it is buried");
            a.Poison = b.Poison = false;
            await two.RequeueAllAsync();
            await Eventually.IsTrueAsync(async () => await two.LettersAsync() == 0, "it was handled");
            a.Seen.Count(e => e.EventId == "bad").ShouldBe(2);
        });
        await WriteAsync(two, two, 50, 60);
        await Eventually.IsTrueAsync(async () => await two.WaitingAsync() == 0, "the outbox is empty");
        b.Seen.Count.ShouldBe(4 * 10);
    }

    [Fact]
    public async Task A_session_that_the_server_ends_costs_nothing_but_repeats()
    {
        var (database, a, b) = (await postgres.NewDatabaseAsync(), new TestConsumer(), new TestConsumer());
        await using var one = await PlannerOutbox.StartAsync(a, InProcess, database: database);
        await using var two = await PlannerOutbox.StartAsync(b, InProcess, database: database);
        var writing = WriteAsync(one, two, 0, 100);
        for (var ended = 0; ended < 3; )
            if (await EndSessionsAsync(database) > 0)
                ended++;
        await writing;
        await Eventually.IsTrueAsync(async () => await one.WaitingAsync() == 0, "the outbox is empty");
        foreach (var key in new[] { "1", "2", "3", "4" })
            a.Seen.Concat(b.Seen).Where(e => e.Key == key).Select(e => e.EventId).Distinct().Count().ShouldBe(100);
        // Within one host first comings are in order whoever had the lease in between.
        foreach (var ids in a.FirstSeen().Values.Concat(b.FirstSeen().Values))
            ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// As a host that is stopped while the server goes away: its other parts are still to be stopped.
    /// </summary>
    [Fact]
    public async Task A_session_that_ended_in_the_middle_of_an_answer_can_be_left()
    {
        var database = await postgres.NewDatabaseAsync();
        var options = Options.Create(new DataOptions { ConnectionString = database });
        await using (var app = await PlannerOutbox.StartAsync(new TestConsumer(), InProcess, database: database))
            await app.StopAsync();
        await using var lease = new OutboxLease<PlannerDb>(
            options,
            TimeProvider.System,
            NullLogger<OutboxLease<PlannerDb>>.Instance
        );
        (await lease.TakeAsync(default)).ShouldBeTrue();
        await using var endless = new NpgsqlCommand(
            "SELECT repeat('x', 1000) FROM generate_series(1, 1000000)",
            lease.Session
        );
        var rows = await endless.ExecuteReaderAsync();
        (await rows.ReadAsync()).ShouldBeTrue();
        (await EndSessionsAsync(database)).ShouldBe(1);
        await lease.LeaveAsync();
        lease.IsHeld.ShouldBeFalse();
    }

    /// <summary>
    /// Ids that a session has kept for itself would be written in another order than they are handed out.
    /// </summary>
    [Fact]
    public async Task Every_outbox_hands_out_its_ids_one_by_one()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var app = await PlannerOutbox.StartAsync(new TestConsumer(), InProcess, database: database);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*), max(cache_size) FROM pg_sequences WHERE sequencename LIKE 'outbox_messages%'",
            connection
        );
        await using var row = await command.ExecuteReaderAsync();
        (await row.ReadAsync()).ShouldBeTrue();
        row.GetInt64(0).ShouldBeGreaterThan(5);
        row.GetInt64(1).ShouldBe(1);
    }

    /// <summary>Starts one and then the other, runs the story and ends the first.</summary>
    private static async Task<SmartFlowApp> OneBesideAsync(
        string database,
        TestConsumer a,
        TestConsumer b,
        Func<SmartFlowApp, SmartFlowApp, Task> story
    )
    {
        await using var one = await PlannerOutbox.StartAsync(a, InProcess, database: database);
        await Eventually.IsTrueAsync(
            async () => await HoldersAsync(database) > 5,
            "the first host relays every outbox"
        );
        var two = await PlannerOutbox.StartAsync(b, InProcess, database: database);
        await story(one, two);
        return two;
    }

    /// <summary>
    /// Four keys, each from both hosts in turn: one after the other, as what depends on each other is.
    /// </summary>
    private static Task WriteAsync(SmartFlowApp one, SmartFlowApp two, int from, int to) =>
        Task.WhenAll(
            Enumerable
                .Range(1, 4)
                .Select(key =>
                    Task.Run(async () =>
                    {
                        for (var i = from; i < to; i++)
                            await ((i % 2) == 0 ? one : two).PublishAsync((ulong)key, $"{key}:{i:000}");
                    })
                )
        );

    private static Task<long> HoldersAsync(string database) =>
        CountAsync(
            database,
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7362906 AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        );

    private static Task<long> EndSessionsAsync(string database) =>
        CountAsync(
            database,
            """
            SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND classid = 7362906 AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        );

    private static async Task<long> CountAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
