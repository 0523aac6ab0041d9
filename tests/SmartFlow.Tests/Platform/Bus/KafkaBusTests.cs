using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Bus.Kafka;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>The suite on Kafka, and what only brokers and groups can do to it.</summary>
public sealed class KafkaBusTests(PostgresServer postgres, KafkaBrokers brokers) : BusCompliance(postgres)
{
    private KafkaCluster? cluster;

    protected override async Task<IReadOnlyDictionary<string, string?>> ConfigureAsync()
    {
        cluster = await brokers.NewClusterAsync();
        return new Dictionary<string, string?>
        {
            ["Bus:Kafka:BootstrapServers"] = cluster.Servers,
            ["Bus:Kafka:DeliverySeconds"] = "1",
            ["Bus:Kafka:AwaySeconds"] = "1",
        };
    }

    /// <summary>What the brokers have acknowledged has left.</summary>
    protected override int KeptInOutbox(int waiting) => 0;

    [Fact]
    public async Task Without_brokers_charges_wait_in_the_outbox_and_arrive_afterwards_in_order()
    {
        ulong[] users = [1, 2, 3];
        await using var app = await StartAsync(new TestConsumer());
        await app.OpenAccountsAsync(users);
        await ChargeAllAsync(app, users, 0, 20);
        await app.SettledAsync(20, users);

        await cluster!.DownAsync();
        await ChargeAllAsync(app, users, 20, 40);
        // Long enough for the relay to have given a batch up, which may have been stored all the same.
        await ReadyAsync("no broker answers");
        await ChargeAllAsync(app, users, 40, 60);
        await cluster.UpAsync();
        await ChargeAllAsync(app, users, 60, 80);

        await app.SettledAsync(80, users);
        foreach (var user in users)
            (await app.ChargedAsync(user)).ShouldBe(Enumerable.Range(0, 80).Select(i => $"{i:000}"));
        await ReadyAsync("\"kafka\",\"status\":\"ok\"");

        // Calls go on, so that the process stays ready.
        Task ReadyAsync(string text) =>
            Eventually.GetAsync(
                () => app.Anonymous.FetchAsync("/readyz"),
                a => a.ShouldBe(HttpStatusCode.OK).Text.Contains(text, StringComparison.Ordinal)
            );
    }

    [Fact]
    public async Task An_answer_that_comes_after_its_time_repeats_events_and_keeps_the_order_of_each_key()
    {
        const int each = 60;
        var consumer = new TestConsumer();
        await using var app = await StartAsync(consumer);
        var writers = Task.WhenAll(
            Enumerable
                .Range(1, 4)
                .Select(key =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < each; i++)
                            await app.PublishAsync((ulong)key, $"{key}:{i:000}");
                    })
                )
        );
        await Eventually.IsTrueAsync(() => Task.FromResult(!consumer.Seen.IsEmpty), "events come");
        await cluster!.SlowAsync(1_500);
        await writers;
        await app.PublishAsync(1, "1:last");
        await Eventually.IsTrueAsync(
            () =>
                Task.FromResult(
                    consumer.Log.All.Any(l =>
                        l.Contains("Relay of smartflow.task.outbox failed", StringComparison.Ordinal)
                    )
                ),
            "a batch is given up"
        );
        await cluster.SlowAsync(0);
        // The brokers had stored it.
        await Eventually.IsTrueAsync(
            () => Task.FromResult(consumer.Seen.GroupBy(e => e.EventId).Any(g => g.Count() > 1)),
            "some come twice"
        );
        await Eventually.IsTrueAsync(
            () => Task.FromResult(consumer.Seen.Select(e => e.EventId).Distinct().Count() == (4 * each) + 1),
            "all have come"
        );
        foreach (var ids in consumer.FirstSeen().Values)
            ids.ShouldBe(ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_lag_counts_from_the_first_event_that_is_not_done()
    {
        var consumer = new TestConsumer { Fails = e => e.EventId == "7:0" };
        await using var app = await StartAsync(consumer);
        var (factory, lag) = (app.Services.GetRequiredService<IMeterFactory>(), -1L);
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "smartflow.bus.lag" && instrument.Meter.Scope == factory)
                    l.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<long>(
            (_, value, tags, _) =>
            {
                foreach (var tag in tags)
                    if (Equals(tag.Value, consumer.Group))
                        lag = value;
            }
        );
        meters.Start();
        for (var i = 0; i < 3; i++)
            await app.PublishAsync(7, $"7:{i}");
        await LagAsync(3);
        consumer.Fails = _ => false;
        await LagAsync(0);

        Task LagAsync(long expected) =>
            Eventually.IsTrueAsync(
                () =>
                {
                    meters.RecordObservableInstruments();
                    return Task.FromResult(lag == expected);
                },
                $"the lag is {expected}"
            );
    }

    [Theory]
    [InlineData("Consumer")]
    [InlineData("Classic")]
    public async Task Members_that_come_and_go_lose_nothing_and_double_nothing(string protocol)
    {
        const int rounds = 12,
            batch = 10;
        ulong[] users = [.. Enumerable.Range(1, 12).Select(u => (ulong)u)];
        var (kafka, database) = (await ConfigureAsync(), await Postgres.NewDatabaseAsync());
        await using var app = await PlannerOutbox.StartAsync(
            new TestConsumer(),
            new Dictionary<string, string?>(kafka) { ["Bus:Kafka:GroupProtocol"] = protocol },
            database: database
        );
        await app.OpenAccountsAsync(users);
        var settle = app.Services.GetServices<IConsumer>().Single(c => c.Group == Charges.Consumer);
        var members = new Queue<KafkaConsumer>();
        for (var round = 0; round < rounds; round++)
        {
            var member = ActivatorUtilities.CreateInstance<KafkaConsumer>(app.Services, settle);
            members.Enqueue(member);
            member.Start();
            await ChargeAllAsync(app, users, round * batch, (round + 1) * batch);
            if (members.Count > 3)
                await StopAsync(members.Dequeue());
        }
        await app.SettledAsync(rounds * batch, users);
        while (members.TryDequeue(out var last))
            await StopAsync(last);
        await ChargeAllAsync(app, users, rounds * batch, (rounds * batch) + 1);
        await app.SettledAsync((rounds * batch) + 1, users);
        foreach (var user in users)
            (await app.ChargedAsync(user)).ShouldBe(Enumerable.Range(0, (rounds * batch) + 1).Select(i => $"{i:000}"));

        static async Task StopAsync(KafkaConsumer member)
        {
            await member.StopAsync(default);
            member.Dispose();
        }
    }

    /// <summary>Each user's in order, the users at one time.</summary>
    private static Task ChargeAllAsync(SmartFlowApp app, ulong[] users, int from, int to) =>
        Task.WhenAll(
            users.Select(async user =>
            {
                for (var i = from; i < to; i++)
                    await app.ChargeAsync(user, $"{i:000}");
            })
        );
}
