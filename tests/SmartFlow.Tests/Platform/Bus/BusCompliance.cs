using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>
/// From the outbox to the consumer's commit, whatever bus is between: in order, at least once, never given up because
/// it is old. Every bus inherits this suite.
/// </summary>
public abstract class BusCompliance(PostgresServer postgres)
{
    private IReadOnlyDictionary<string, string?>? settings;

    protected PostgresServer Postgres => postgres;

    /// <summary>What chooses the bus, once for each test.</summary>
    protected abstract Task<IReadOnlyDictionary<string, string?>> ConfigureAsync();

    /// <summary>How many of so many events that wait for their consumer stay in the outbox.</summary>
    protected abstract int KeptInOutbox(int waiting);

    [Fact]
    public async Task An_event_whose_consumer_died_before_its_commit_is_delivered_again()
    {
        var folder = Directory.CreateTempSubdirectory("smartflow-outbox-").FullName;
        var first = new TestConsumer { Hang = true };
        await using (var app = await StartAsync(first, folder))
        {
            await app.PublishAsync(7, "one");
            await Eventually.IsTrueAsync(() => Task.FromResult(!first.Seen.IsEmpty), "the consumer has it");
            (await app.WaitingAsync()).ShouldBeGreaterThanOrEqualTo(KeptInOutbox(1));
        }

        var second = new TestConsumer();
        await using (var app = await StartAsync(second, folder))
        {
            await Eventually.IsTrueAsync(() => Task.FromResult(!second.Seen.IsEmpty), "it comes again");
            await Eventually.IsTrueAsync(async () => await app.WaitingAsync() == 0, "the outbox is empty");
            // At least once: a membership that changes hands may bring it again.
            second.Seen.Select(e => e.EventId).Distinct().ShouldBe(["one"]);
        }
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Many_writers_and_the_relays_removal_lose_nothing_and_keep_the_order_of_each_key(bool onPostgres)
    {
        const int writers = 8,
            each = 100;
        var consumer = new TestConsumer();
        await using var app = await StartAsync(consumer, database: onPostgres ? await postgres.NewDatabaseAsync() : "");

        await Task.WhenAll(
            Enumerable
                .Range(1, writers)
                .Select(key =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < each; i++)
                            await app.PublishAsync((ulong)key, $"{key}:{i:000}");
                    })
                )
        );

        await Eventually.IsTrueAsync(
            () => Task.FromResult(consumer.Seen.Select(e => e.EventId).Distinct().Count() == writers * each),
            "all have come"
        );
        await Eventually.IsTrueAsync(async () => await app.WaitingAsync() == 0, "the outbox is empty");
        foreach (var ids in consumer.FirstSeen().Values)
            ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_could_not_be_handled_stays_among_the_dead_letters_however_old_and_can_be_tried_again()
    {
        var consumer = new TestConsumer { Poison = true };
        await using var app = await StartAsync(consumer);
        await app.PublishAsync(7, "bad");
        await app.PublishAsync(7, "also bad");
        await Eventually.IsTrueAsync(async () => await app.LettersAsync() == 2, "both are buried");

        app.Clock.Advance(TimeSpan.FromDays(400));
        // Another event passes: relay and clean-ups have run since.
        await app.PublishAsync(8, "later");
        await Eventually.IsTrueAsync(async () => await app.LettersAsync() == 3, "the later one is buried too");

        consumer.Poison = false;
        await app.RequeueAllAsync();
        await Eventually.IsTrueAsync(async () => await app.LettersAsync() == 0, "they were handled in the end");
        consumer
            .Seen.Select(e => e.EventId)
            .TakeLast(3)
            .Order(StringComparer.Ordinal)
            .ShouldBe(["also bad", "bad", "later"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task One_bad_event_holds_up_nobody_but_its_own_key(bool onPostgres)
    {
        var consumer = new TestConsumer { Fails = e => e.EventId == "7:0" };
        await using var app = await StartAsync(consumer, database: onPostgres ? await postgres.NewDatabaseAsync() : "");
        await app.PublishAsync(7, "7:0");
        await Eventually.IsTrueAsync(
            () => Task.FromResult(consumer.Seen.Count(e => e.EventId == "7:0") > 2),
            "it is tried again"
        );
        for (var i = 1; i < 4; i++)
        {
            await app.PublishAsync(7, $"7:{i}");
            await app.PublishAsync(8, $"8:{i}");
        }

        await Eventually.IsTrueAsync(
            () => Task.FromResult(consumer.Seen.Any(e => e.EventId == "8:3")),
            "the others go on"
        );
        await Eventually.IsTrueAsync(
            async () => await app.WaitingAsync() == KeptInOutbox(4),
            "the others have left the outbox"
        );
        consumer.Seen.Where(e => e.Key == "8").Select(e => e.EventId).ShouldBe(["8:1", "8:2", "8:3"]);
        consumer.Seen.ShouldNotContain(e => e.Key == "7" && e.EventId != "7:0");

        consumer.Fails = _ => false;
        await Eventually.IsTrueAsync(
            () => Task.FromResult(consumer.Seen.Any(e => e.EventId == "7:3")),
            "its key goes on"
        );
        await Eventually.IsTrueAsync(async () => await app.WaitingAsync() == 0, "the outbox is empty");
        consumer.FirstSeen()["7"].ShouldBe(["7:0", "7:1", "7:2", "7:3"]);
        consumer.Seen.Count(e => e.EventId is "7:1" or "7:2" or "7:3").ShouldBe(3);
        (await app.LettersAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task What_is_aside_when_the_process_ends_comes_again_with_those_behind_it()
    {
        var folder = TestFolders.New();
        var first = new TestConsumer { Fails = e => e.EventId == "7:0" };
        await using (var app = await StartAsync(first, folder))
        {
            foreach (var id in new[] { "7:0", "7:1", "7:2" })
                await app.PublishAsync(7, id);
            await app.PublishAsync(8, "8:0");
            await Eventually.IsTrueAsync(
                () =>
                    Task.FromResult(first.Seen.Any(e => e.Key == "8") && first.Seen.Count(e => e.EventId == "7:0") > 2),
                "one key has gone on"
            );
        }
        var second = new TestConsumer();
        await using (var app = await StartAsync(second, folder))
        {
            await Eventually.IsTrueAsync(
                () => Task.FromResult(second.Seen.Any(e => e.EventId == "7:2")),
                "the others come"
            );
            await Eventually.IsTrueAsync(async () => await app.WaitingAsync() == 0, "the outbox is empty");
            second.FirstSeen()["7"].ShouldBe(["7:0", "7:1", "7:2"]);
        }
        TestFolders.Delete(folder);
    }

    [Fact]
    public async Task An_event_that_fails_twenty_times_is_buried_and_the_next_of_its_key_goes_on()
    {
        var consumer = new TestConsumer { Fails = e => e.EventId == "bad" };
        await using var app = await StartAsync(consumer);
        await app.PublishAsync(7, "bad");
        await app.PublishAsync(7, "good");
        await Eventually.IsTrueAsync(
            async () =>
            {
                app.Clock.Advance(TimeSpan.FromSeconds(6));
                return await app.LettersAsync() == 1
                    && await app.WaitingAsync() == 0
                    && consumer.Seen.Last().EventId == "good";
            },
            "it is buried and the next has come"
        );
        consumer.Seen.Count(e => e.EventId == "bad").ShouldBeInRange(20, 21);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_charge_that_is_delivered_again_and_again_is_charged_once(bool onPostgres)
    {
        await using var app = await StartAsync(
            new TestConsumer(),
            database: onPostgres ? await postgres.NewDatabaseAsync() : ""
        );
        await app.OpenAccountsAsync(1, 2);
        var bus = app.Services.GetRequiredService<IBus>();
        BusEvent[] events =
        [
            app.Event(1, "a"),
            app.Event(2, "a"),
            app.Event(1, "b"),
            app.Event(1, "a"),
            app.Event(1, "b"),
        ];
        for (var i = 0; i < 3; i++)
            await PublishedAsync(bus, events);
        // Behind all of them, and once more the first.
        await PublishedAsync(bus, [app.Event(1, "c"), app.Event(2, "c"), app.Event(1, "a")]);
        await app.SettledAsync(3, 1);
        await app.SettledAsync(2, 2);
        (await app.ChargedAsync(1)).ShouldBe(["a", "b", "c"]);
        (await app.ChargedAsync(2)).ShouldBe(["a", "c"]);
    }

    /// <summary>As the relay does: what was not acknowledged in time is sent once more.</summary>
    private static Task PublishedAsync(IBus bus, IReadOnlyList<BusEvent> events) =>
        Eventually.IsTrueAsync(
            async () =>
            {
                try
                {
                    await bus.PublishAsync(Topics.Llm, events, default);
                    return true;
                }
                catch (TimeoutException)
                {
                    return false;
                }
            },
            "the events are published"
        );

    private protected async Task<SmartFlowApp> StartAsync(
        TestConsumer consumer,
        string? folder = null,
        string database = ""
    )
    {
        settings ??= await ConfigureAsync();
        return await PlannerOutbox.StartAsync(consumer, settings, folder, database);
    }
}
