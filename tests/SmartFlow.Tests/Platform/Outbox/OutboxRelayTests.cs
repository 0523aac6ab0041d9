using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Planner;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Platform.Outbox;

/// <summary>An event leaves the outbox after its consumer's commit, in order, and never because it is old.</summary>
public sealed class OutboxRelayTests(PostgresServer postgres)
{
    [Fact]
    public async Task An_event_whose_consumer_died_before_its_commit_is_delivered_again()
    {
        var folder = Directory.CreateTempSubdirectory("smartflow-outbox-").FullName;
        var first = new Consumer { Hang = true };
        await using (var app = await StartAsync(first, folder))
        {
            await PublishAsync(app, 7, "one");
            await Eventually.IsTrueAsync(() => Task.FromResult(!first.Seen.IsEmpty), "the consumer has it");
            (await WaitingAsync(app)).ShouldBe(1);
        }

        var second = new Consumer();
        await using (var app = await StartAsync(second, folder))
        {
            await Eventually.IsTrueAsync(async () => await WaitingAsync(app) == 0, "the outbox is empty");
            second.Seen.Select(e => e.EventId).ShouldBe(["one"]);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_writers_and_the_relays_removal_lose_nothing_and_keep_the_order_of_each_key(bool onPostgres)
    {
        const int writers = 8, each = 100;
        var consumer = new Consumer();
        await using var app = await StartAsync(consumer, database: onPostgres ? await postgres.NewDatabaseAsync() : "");

        await Task.WhenAll(Enumerable.Range(1, writers).Select(key => Task.Run(async () =>
        {
            for (var i = 0; i < each; i++) await PublishAsync(app, (ulong)key, $"{key}:{i:000}");
        })));

        await Eventually.IsTrueAsync(async () => await WaitingAsync(app) == 0, "the outbox is empty");
        var order = consumer.Seen.GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Select(e => e.EventId).Distinct().ToArray());
        order.Count.ShouldBe(writers);
        foreach (var ids in order.Values)
        {
            ids.Length.ShouldBe(each);
            ids.ShouldBe(ids.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task What_could_not_be_handled_stays_among_the_dead_letters_however_old_and_can_be_tried_again()
    {
        var consumer = new Consumer { Poison = true };
        await using var app = await StartAsync(consumer);
        await PublishAsync(app, 7, "bad");
        await PublishAsync(app, 7, "also bad");
        await Eventually.IsTrueAsync(async () => await LettersAsync(app) == 2, "both are buried");

        app.Clock.Advance(TimeSpan.FromDays(400));
        // Another event passes: relay and clean-ups have run since.
        await PublishAsync(app, 8, "later");
        await Eventually.IsTrueAsync(async () => await LettersAsync(app) == 3, "the later one is buried too");

        consumer.Poison = false;
        await app.Services.GetRequiredService<IWriter<PlannerDb>>().SaveAsync(
            (db, token) => db.DeadLetters.ExecuteUpdateAsync(s => s.SetProperty(d => d.RequeuedAt, app.Clock.GetUtcNow()), token), default);
        await Eventually.IsTrueAsync(async () => await LettersAsync(app) == 0, "they were handled in the end");
        consumer.Seen.Select(e => e.EventId).TakeLast(3).Order(StringComparer.Ordinal).ShouldBe(["also bad", "bad", "later"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_bad_event_holds_up_nobody_but_its_own_key(bool onPostgres)
    {
        var consumer = new Consumer { Fails = e => e.EventId == "7:0" };
        await using var app = await StartAsync(consumer, database: onPostgres ? await postgres.NewDatabaseAsync() : "");
        await PublishAsync(app, 7, "7:0");
        await Eventually.IsTrueAsync(() => Task.FromResult(consumer.Seen.Count(e => e.EventId == "7:0") > 2), "it is tried again");
        for (var i = 1; i < 4; i++)
        {
            await PublishAsync(app, 7, $"7:{i}");
            await PublishAsync(app, 8, $"8:{i}");
        }

        await Eventually.IsTrueAsync(async () => await WaitingAsync(app) == 4, "the others have left the outbox");
        consumer.Seen.Where(e => e.Key == "8").Select(e => e.EventId).ShouldBe(["8:1", "8:2", "8:3"]);
        consumer.Seen.ShouldNotContain(e => e.Key == "7" && e.EventId != "7:0");

        consumer.Fails = _ => false;
        await Eventually.IsTrueAsync(async () => await WaitingAsync(app) == 0, "the outbox is empty");
        consumer.Seen.Where(e => e.Key == "7").Select(e => e.EventId).Distinct().ShouldBe(["7:0", "7:1", "7:2", "7:3"]);
        consumer.Seen.Count(e => e.EventId is "7:1" or "7:2" or "7:3").ShouldBe(3);
        (await LettersAsync(app)).ShouldBe(0);
    }

    [Fact]
    public async Task An_event_that_fails_twenty_times_is_buried_and_the_next_of_its_key_goes_on()
    {
        var consumer = new Consumer { Fails = e => e.EventId == "bad" };
        await using var app = await StartAsync(consumer);
        await PublishAsync(app, 7, "bad");
        await PublishAsync(app, 7, "good");
        await Eventually.IsTrueAsync(
            async () =>
            {
                app.Clock.Advance(TimeSpan.FromSeconds(6));
                return await LettersAsync(app) == 1 && await WaitingAsync(app) == 0;
            },
            "it is buried");
        consumer.Seen.Count(e => e.EventId == "bad").ShouldBeInRange(20, 21);
        consumer.Seen.Last().EventId.ShouldBe("good");
    }

    private static Task<SmartFlowApp> StartAsync(Consumer consumer, string? folder = null, string database = "") =>
        SmartFlowApp.StartAsync(setup =>
        {
            setup.DataFolder = folder;
            setup.Settings["Data:ConnectionString"] = database;
            setup.Services = services => services.AddSingleton<IConsumer>(p =>
            {
                consumer.Writer = p.GetRequiredService<IWriter<PlannerDb>>();
                return consumer;
            });
        });

    private static Task PublishAsync(SmartFlowApp app, ulong user, string id) =>
        app.Services.GetRequiredService<IWriter<PlannerDb>>().SaveAsync(
            (db, _) =>
            {
                db.Publish(id, "test.happened", user, new { UserId = user }, app.Clock.GetUtcNow());
                return Task.CompletedTask;
            },
            default);

    private static async Task<int> WaitingAsync(SmartFlowApp app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<PlannerDb>>().CreateDbContextAsync();
        return await db.Outbox.CountAsync();
    }

    private static async Task<int> LettersAsync(SmartFlowApp app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<PlannerDb>>().CreateDbContextAsync();
        return await db.DeadLetters.CountAsync();
    }

    private sealed class Consumer : IConsumer
    {
        public ConcurrentQueue<BusEvent> Seen { get; } = new();

        public bool Hang { get; init; }

        public bool Poison { get; set; }

        public Func<BusEvent, bool> Fails { get; set; } = _ => false;

        public IWriter<PlannerDb>? Writer { get; set; }

        public string Topic => Topics.Task;

        public string Group => "test-consumer";

        public async Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken)
        {
            foreach (var one in events) Seen.Enqueue(one);
            if (events.Any(Fails)) throw new InvalidOperationException("It cannot be handled yet.");
            if (Hang) await Task.Delay(Timeout.Infinite, cancellationToken);
            return [.. events.Select(_ => Poison ? "poison" : null)];
        }

        public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
            Writer!.BuryAsync(this, poison, reason, attempts, DateTimeOffset.UnixEpoch, cancellationToken);
    }
}
