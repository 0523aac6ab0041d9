using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>How far the consumers of this process are behind, in the partitions that they have.</summary>
internal sealed class KafkaMeters
{
    private readonly ConcurrentDictionary<(string Topic, string Group), Behind> groups = new();
    private readonly TimeProvider time;

    public KafkaMeters(IMeterFactory factory, TimeProvider time)
    {
        this.time = time;
        var meter = factory.SmartFlow();
        meter.CreateObservableGauge(
            "smartflow.bus.lag",
            Lags,
            "{event}",
            "Events in this process's partitions that are not done."
        );
        meter.CreateObservableGauge(
            "smartflow.bus.oldest_age",
            Ages,
            "s",
            "Age of the oldest event in hand that is not done."
        );
    }

    /// <param name="lag">By the newest answer of the brokers.</param>
    /// <param name="oldest">Null: none is in hand.</param>
    public void Set(IConsumer consumer, long lag, DateTimeOffset? oldest) =>
        groups[(consumer.Topic, consumer.Group)] = new Behind(lag, oldest);

    private IEnumerable<Measurement<long>> Lags() =>
        groups.Select(g => new Measurement<long>(g.Value.Lag, Tags(g.Key)));

    private IEnumerable<Measurement<double>> Ages()
    {
        var now = time.GetUtcNow();
        return groups.Select(g => new Measurement<double>(
            g.Value.Oldest is { } at ? Math.Max(0, (now - at).TotalSeconds) : 0,
            Tags(g.Key)
        ));
    }

    private static KeyValuePair<string, object?>[] Tags((string Topic, string Group) of) =>
        [new("messaging.destination.name", of.Topic), new("messaging.consumer.group.name", of.Group)];

    private sealed record Behind(long Lag, DateTimeOffset? Oldest);
}
