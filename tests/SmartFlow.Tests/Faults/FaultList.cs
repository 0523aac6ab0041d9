using System.Diagnostics;
using System.Globalization;
using Confluent.Kafka;
using SmartFlow.Contracts.Events;

namespace SmartFlow.Tests.Faults;

/// <summary>Something that goes wrong while users call.</summary>
/// <param name="Name">As the table calls it.</param>
/// <param name="InjectAsync">Brings it about, ends it, and says what shows that it happened; empty: it did not.</param>
internal sealed record Fault(string Name, Func<Cluster, Task<string>> InjectAsync);

/// <summary>The faults of the matrix, each ended before its row is written.</summary>
internal static class FaultList
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <param name="long">How long what is away stays away.</param>
    /// <param name="kills">Deaths at random.</param>
    public static IReadOnlyList<Fault> All(TimeSpan @long, int kills) =>
        [
            new("none", async _ =>
            {
                await Task.Delay(@long);
                return "nothing was to happen";
            }),
            .. new[] { "edge", "users", "llm1", "llm2", "llm3", "store1", "store2" }.Select(n => new Fault(
                $"kill -9 of {n}",
                c => KillAsync(c, n)
            )),
            new($"kill -9 at random, {kills} times", c => KillAtRandomAsync(c, kills)),
            new($"PostgreSQL stopped for {@long.TotalSeconds:0} s", c => PostgresAwayAsync(c, @long)),
            new("PostgreSQL crashed and started", async c =>
            {
                await c.Postgres.CrashAsync();
                return "every server process died";
            }),
            new("PostgreSQL silent", async c =>
            {
                await c.Postgres.PauseAsync();
                await Task.Delay(@long / 3);
                await c.Postgres.ResumeAsync();
                return "every server process stood still";
            }),
            new("PostgreSQL's disk full", c => DiskFullAsync(c, @long / 2)),
            new("COMMIT's answer lost", LostCommitsAsync),
            new("PostgreSQL slow", c =>
                WiresAsync(c, "postgres", w => w.Slow(TimeSpan.FromMilliseconds(50)), @long / 3)
            ),
            new("network to PostgreSQL cut there", c =>
                CutAsync(c, c.Stores[0], "postgres", there: true, back: false, @long / 3)
            ),
            new("network to PostgreSQL cut back", c =>
                CutAsync(c, c.Stores[1], "postgres", there: false, back: true, @long / 3)
            ),
            new("network to PostgreSQL cut both ways", c =>
                CutAsync(c, c.Llms[0], "postgres", there: true, back: true, @long / 3)
            ),
            new("network between edge and llm1 cut there", c =>
                CutAsync(c, c.Edge, "llm1", there: true, back: false, @long / 3)
            ),
            // Long enough that the connection is given up.
            new("network between edge and llm1 cut both ways", c =>
                CutAsync(c, c.Edge, "llm1", there: true, back: true, @long * 1.5)
            ),
            new("network between llm1 and store1 cut back", c =>
                CutAsync(c, c.Llms[0], "store1", there: false, back: true, @long / 3)
            ),
            new("network between llm1 and store1 cut both ways", c =>
                CutAsync(c, c.Llms[0], "store1", there: true, back: true, @long * 1.5)
            ),
            new("Redis stopped", async c =>
            {
                await c.Redis.StopAsync();
                await Task.Delay(@long / 3);
                await c.Redis.StartAsync();
                return "it refused connections";
            }),
            new("Redis flushed", async c =>
            {
                await c.Redis.FlushAsync();
                return "it is empty";
            }),
            new("Redis paused", async c =>
            {
                await c.Redis.PauseAsync();
                await Task.Delay(@long / 3);
                await c.Redis.ResumeAsync();
                return "it stood still";
            }),
            new("Redis from an old dump", async c =>
            {
                var dump = await c.Redis.DumpAsync();
                await Task.Delay(@long / 3);
                await c.Redis.RestoreAsync(dump);
                return $"{dump.Length} bytes from before";
            }),
            new("broker down", async c =>
            {
                await c.Kafka.DownAsync();
                await Task.Delay(@long / 2);
                await c.Kafka.UpAsync();
                return "connections broke, none was taken";
            }),
            new("broker slow", async c =>
            {
                await c.Kafka.SlowAsync(300);
                await Task.Delay(@long / 3);
                await c.Kafka.SlowAsync(0);
                return "300 ms an answer";
            }),
            new("every charge delivered twice", RepeatEverythingAsync),
            new("rebalance storm", RebalancesAsync),
            new("zombie owner", c => ZombieAsync(c, @long)),
            new("clock of llm1 and store1 jumps", c => JumpAsync(c, @long / 4)),
        ];

    private static async Task<string> KillAsync(Cluster cluster, string name)
    {
        var node = cluster.Nodes.Single(n => n.Name == name);
        await node.KillAsync();
        await Task.Delay(Moment);
        await node.StartAsync();
        return "it died and was started again";
    }

    private static async Task<string> KillAtRandomAsync(Cluster cluster, int times)
    {
        var random = new Random(20261129);
        var nodes = cluster.Nodes.ToArray();
        for (var i = 0; i < times; i++)
        {
            var node = nodes[random.Next(nodes.Length)];
            await node.KillAsync();
            await Task.Delay(random.Next(0, 1_500));
            await node.StartAsync();
        }
        return string.Create(CultureInfo.InvariantCulture, $"{times} deaths");
    }

    private static async Task<string> PostgresAwayAsync(Cluster cluster, TimeSpan away)
    {
        await cluster.Postgres.StopAsync();
        await Task.Delay(away);
        await cluster.Postgres.StartAgainAsync();
        return "it refused connections";
    }

    private static async Task<string> DiskFullAsync(Cluster cluster, TimeSpan length)
    {
        var before = cluster.Postgres.DiskFullErrors;
        await cluster.Postgres.FillDiskAsync();
        await Task.Delay(length);
        var errors = cluster.Postgres.DiskFullErrors - before;
        await cluster.Postgres.FreeDiskAsync();
        return errors == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{errors} times no space left");
    }

    private static async Task<string> LostCommitsAsync(Cluster cluster)
    {
        var wires = cluster.WiresTo("postgres").ToArray();
        var before = wires.Sum(w => w.LostCommits);
        for (var i = 0; i < 5; i++)
        {
            foreach (var wire in wires)
                wire.LoseCommits(2);
            await Task.Delay(Moment);
        }
        foreach (var wire in wires)
            wire.Mend();
        var lost = wires.Sum(w => w.LostCommits) - before;
        return lost == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{lost} answers lost");
    }

    private static async Task<string> WiresAsync(Cluster cluster, string server, Action<Wire> act, TimeSpan length)
    {
        var wires = cluster.WiresTo(server).ToArray();
        foreach (var wire in wires)
            act(wire);
        await Task.Delay(length);
        foreach (var wire in wires)
            wire.Mend();
        return "50 ms a piece";
    }

    private static async Task<string> CutAsync(
        Cluster cluster,
        ClusterNode node,
        string server,
        bool there,
        bool back,
        TimeSpan length
    )
    {
        var wire = cluster.WireOf(node, server);
        var before = wire.Held;
        wire.Cut(there, back);
        await Task.Delay(length);
        wire.Mend();
        return wire.Held == before
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{node.Name}: {wire.Held - before} pieces did not arrive in time"
            );
    }

    /// <summary>Whatever the topic of charges has, sent once more behind it.</summary>
    private static Task<string> RepeatEverythingAsync(Cluster cluster) =>
        Task.Run(() =>
        {
            var common = new ClientConfig { BootstrapServers = cluster.Kafka.Servers };
            using var reader = new ConsumerBuilder<byte[], byte[]>(
                new ConsumerConfig(common) { GroupId = "repeats" }
            ).Build();
            using var writer = new ProducerBuilder<byte[], byte[]>(common).Build();
            // Up to what there is now: the load goes on, and what is repeated comes behind it.
            var began = Stopwatch.GetTimestamp();
            Dictionary<TopicPartition, long> ends;
            do ends = Enumerable
                .Range(0, 4)
                .Select(p => new TopicPartition(Topics.Llm, p))
                .ToDictionary(p => p, p => reader.QueryWatermarkOffsets(p, TimeSpan.FromSeconds(10)).High.Value);
            while (ends.Values.Sum() < 500 && Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60));
            var open = ends.Where(e => e.Value > 0).Select(e => e.Key).ToHashSet();
            reader.Assign(open.Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
            var repeated = 0;
            while (open.Count > 0 && reader.Consume(TimeSpan.FromSeconds(10)) is { } read)
            {
                if (read.Offset.Value < ends[read.TopicPartition])
                {
                    writer.Produce(read.TopicPartition, read.Message);
                    // What is lent to the writer is bounded.
                    if (++repeated % 10_000 == 0)
                        writer.Flush(TimeSpan.FromSeconds(30));
                }
                if (read.Offset.Value + 1 >= ends[read.TopicPartition])
                    open.Remove(read.TopicPartition);
            }
            writer.Flush(TimeSpan.FromSeconds(30));
            return repeated == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{repeated} events once more");
        });

    private static async Task<string> RebalancesAsync(Cluster cluster)
    {
        for (var i = 0; i < 4; i++)
        {
            var node = cluster.Stores[i % cluster.Stores.Count];
            await node.Process.StopAsync();
            await node.StartAsync();
        }
        return "a member left and came 4 times";
    }

    /// <summary>Stands still for longer than its session, while the other takes its partitions, then goes on.</summary>
    private static async Task<string> ZombieAsync(Cluster cluster, TimeSpan length)
    {
        await cluster.Stores[0].PauseAsync();
        await Task.Delay(length);
        await cluster.Stores[0].ResumeAsync();
        return "stopped past its session, then continued";
    }

    /// <summary>An hour ahead, two hours back, and right again.</summary>
    private static async Task<string> JumpAsync(Cluster cluster, TimeSpan length)
    {
        ClusterNode[] nodes = [cluster.Llms[0], cluster.Stores[0]];
        var seen = new List<string>();
        foreach (var seconds in new[] { 3_600, -3_600, 0 })
        {
            foreach (var node in nodes)
                await node.SetClockAsync(seconds);
            await Task.Delay(length);
            var clock = await nodes[0].ClockAsync();
            if (Math.Abs((clock - TimeProvider.System.GetUtcNow()).TotalSeconds - seconds) > 60)
                return "";
            seen.Add(clock.ToString("HH:mm", CultureInfo.InvariantCulture));
        }
        return "their clocks said " + string.Join(", ", seen);
    }
}
