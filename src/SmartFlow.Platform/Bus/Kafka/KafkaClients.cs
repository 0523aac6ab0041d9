using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>What a consumer is told of the partitions that it has, on the thread that polls.</summary>
internal interface IPartitionOwner
{
    void Assigned(IReadOnlyList<TopicPartition> partitions);

    /// <summary>Before they are somebody else's: what is done may still be committed.</summary>
    void Revoked(IReadOnlyList<TopicPartition> partitions);

    /// <summary>They are somebody else's already.</summary>
    void Lost(IReadOnlyList<TopicPartition> partitions);
}

/// <summary>
/// Clients of the brokers, as our guarantees need them; nothing of this is a matter of taste in a configuration.
/// </summary>
internal sealed partial class KafkaClients(IOptions<KafkaOptions> options, ILogger<KafkaClients> logger)
{
    private const int PrefetchKbytes = 4_096;

    public KafkaOptions Options => options.Value;

    /// <summary>
    /// Never twice and in order while it lives, and never by itself past a message that it gave up: whoever is done
    /// waiting throws the producer away. So what has arrived of a partition is a beginning of what was handed to it.
    /// </summary>
    public IProducer<string, byte[]> Producer() => new ProducerBuilder<string, byte[]>(
            new ProducerConfig(Common())
            {
                EnableIdempotence = true,
                Acks = Acks.All,
                EnableGaplessGuarantee = true,
                MessageTimeoutMs = 0,
                LingerMs = 1,
                // As Kafka's own clients place a key.
                Partitioner = Partitioner.Murmur2Random,
                DeliveryReportFields = "none",
            }
        ).SetLogHandler((_, line) => Write(line)).SetErrorHandler((_, error) => Write(error)).Build();

    /// <summary>Its offsets are committed by us alone.</summary>
    public IConsumer<string, byte[]> Consumer(string group, bool fromNow, IPartitionOwner owner)
    {
        var classic = Options.GroupProtocol == GroupProtocol.Classic;
        var config = new ConsumerConfig(Common())
        {
            GroupId = group,
            GroupProtocol = Options.GroupProtocol,
            SessionTimeoutMs = classic ? Options.SessionSeconds * 1_000 : null,
            HeartbeatIntervalMs = classic ? Options.SessionSeconds * 1_000 / 3 : null,
            PartitionAssignmentStrategy = classic ? PartitionAssignmentStrategy.CooperativeSticky : null,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            AutoOffsetReset = fromNow ? AutoOffsetReset.Latest : AutoOffsetReset.Earliest,
            QueuedMinMessages = 2 * Delivery.BatchLimit,
            QueuedMaxMessagesKbytes = PrefetchKbytes,
            AllowAutoCreateTopics = false,
            TopicMetadataRefreshIntervalMs = 10_000,
        };
        return new ConsumerBuilder<string, byte[]>(config)
            .SetPartitionsAssignedHandler((_, given) => owner.Assigned(given))
            .SetPartitionsRevokedHandler((_, taken) => owner.Revoked([.. taken.Select(t => t.TopicPartition)]))
            .SetPartitionsLostHandler((_, taken) => owner.Lost([.. taken.Select(t => t.TopicPartition)]))
            .SetLogHandler((_, line) => Write(line))
            .SetErrorHandler((_, error) => Write(error))
            .Build();
    }

    public IAdminClient Admin() =>
        new AdminClientBuilder(Common())
            .SetLogHandler((_, line) => Write(line))
            .SetErrorHandler((_, error) => Write(error))
            .Build();

    private ClientConfig Common()
    {
        var settings = Options;
        var common = new ClientConfig
        {
            BootstrapServers = settings.BootstrapServers,
            ClientId = "smartflow",
            SecurityProtocol = settings.SecurityProtocol,
            ReconnectBackoffMs = 100,
            ReconnectBackoffMaxMs = 1_000,
        };
        if (settings.SaslUsername.Length > 0)
            (common.SaslMechanism, common.SaslUsername, common.SaslPassword) = (
                settings.SaslMechanism,
                settings.SaslUsername,
                settings.SaslPassword
            );
        if (settings.CaFile.Length > 0)
            common.SslCaLocation = settings.CaFile;
        if (settings.CertificateFile.Length > 0)
            (common.SslCertificateLocation, common.SslKeyLocation) = (settings.CertificateFile, settings.KeyFile);
        return common;
    }

    /// <summary>
    /// Every try to connect is a line: what matters of them is told once by <see cref="KafkaWatch"/>.
    /// </summary>
    private void Write(LogMessage line) => Log.Client(logger, line.Name, line.Facility, line.Message);

    private void Write(Error error)
    {
        if (error.IsFatal)
            Log.Fatal(logger, error.Reason);
        else
            Log.Error(logger, error.Reason);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "{Client} {Facility}: {Line}")]
        public static partial void Client(ILogger logger, string client, string facility, string line);

        [LoggerMessage(2, LogLevel.Debug, "Kafka: {Reason}")]
        public static partial void Error(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Error, "A client of Kafka has ended and another begins: {Reason}")]
        public static partial void Fatal(ILogger logger, string reason);
    }
}
