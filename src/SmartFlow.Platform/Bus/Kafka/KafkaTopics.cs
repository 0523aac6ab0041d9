using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>A topic at the brokers.</summary>
internal sealed record KafkaTopic(string Name, int Partitions, int Replicas);

/// <summary>The topics of the modules that this process hosts, at the brokers.</summary>
internal sealed class KafkaTopics(
    KafkaClients clients,
    IEnumerable<OutgoingTopic> outgoing,
    IEnumerable<IConsumer> consumers
)
{
    /// <summary>An event that nobody took within this time is gone; outboxes hold what was not published.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromDays(14);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public bool IsConfigured => clients.Options.BootstrapServers.Length > 0;

    /// <summary>Sorted.</summary>
    public IReadOnlyList<string> Names { get; } =
    [.. outgoing.Select(o => o.Name).Concat(consumers.Select(c => c.Topic)).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Those that are there, of ours.</summary>
    /// <exception cref="KafkaException">The brokers do not answer.</exception>
    public IReadOnlyList<KafkaTopic> Read(IAdminClient admin, TimeSpan patience) =>
        [
            .. admin
                .GetMetadata(patience)
                .Topics.Where(t => !t.Error.IsError && t.Partitions.Count > 0 && Names.Contains(t.Topic))
                .Select(t => new KafkaTopic(t.Topic, t.Partitions.Count, t.Partitions.Max(p => p.Replicas.Length)))
                .OrderBy(t => t.Name, StringComparer.Ordinal),
        ];

    public IReadOnlyList<KafkaTopic> Read()
    {
        using var admin = clients.Admin();
        return Read(admin, Patience);
    }

    /// <summary>Makes those that are missing; what is there stays as it is.</summary>
    /// <returns>Those that were made.</returns>
    /// <exception cref="KafkaException">The brokers do not answer, or refuse.</exception>
    public async Task<IReadOnlyList<string>> CreateAsync(int partitions, short replication)
    {
        using var admin = clients.Admin();
        var there = Read(admin, Patience).Select(t => t.Name).ToHashSet(StringComparer.Ordinal);
        var missing = Names.Where(n => !there.Contains(n)).ToList();
        if (missing.Count == 0)
            return [];
        var topics = missing.Select(n => new TopicSpecification
        {
            Name = n,
            NumPartitions = partitions,
            ReplicationFactor = replication,
            Configs = new()
            {
                ["cleanup.policy"] = "delete",
                ["retention.ms"] = ((long)Retention.TotalMilliseconds).ToString(
                    System.Globalization.CultureInfo.InvariantCulture
                ),
                ["min.insync.replicas"] = replication > 1 ? "2" : "1",
            },
        });
        try
        {
            await admin.CreateTopicsAsync(
                topics,
                new CreateTopicsOptions { RequestTimeout = Patience, OperationTimeout = Patience }
            );
            return missing;
        }
        catch (CreateTopicsException e)
            when (e.Results.TrueForAll(r => !r.Error.IsError || r.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Somebody else makes them at the same time.
            return [.. e.Results.Where(r => !r.Error.IsError).Select(r => r.Topic)];
        }
    }
}
