using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Platform.Outbox;

/// <summary>How far the relays are behind, and what could not be delivered.</summary>
internal sealed class OutboxMeters
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> heads = new();
    private readonly Histogram<double> lag;
    private readonly Counter<long> deadLetters;
    private readonly TimeProvider time;

    public OutboxMeters(IMeterFactory factory, TimeProvider time)
    {
        this.time = time;
        var meter = factory.SmartFlow();
        lag = meter.CreateSeconds("smartflow.outbox.lag", "From the writing of an event to its delivery.");
        deadLetters = meter.CreateCounter<long>(
            "smartflow.dead_letters",
            "{event}",
            "Events that a consumer could not handle."
        );
        meter.CreateObservableGauge(
            "smartflow.outbox.oldest_age",
            Ages,
            "s",
            "Age of the oldest event that waits for its delivery."
        );
    }

    /// <summary>A batch is at the head of the outbox.</summary>
    public void Head(string topic, OutboxBatch batch)
    {
        if (batch.Count > 0)
            heads[topic] = batch.Events[0].CreatedAt;
        else
            heads.TryRemove(topic, out _);
    }

    public void Delivered(string topic, OutboxBatch batch)
    {
        if (!lag.Enabled)
            return;
        var now = time.GetUtcNow();
        foreach (var happened in batch.Events)
            lag.Record((now - happened.CreatedAt).TotalSeconds, Topic(topic));
    }

    public void Buried(IConsumer consumer) =>
        deadLetters.Add(1, Topic(consumer.Topic), new("messaging.consumer.group.name", consumer.Group));

    private IEnumerable<Measurement<double>> Ages()
    {
        var now = time.GetUtcNow();
        return heads.Select(h => new Measurement<double>(Math.Max(0, (now - h.Value).TotalSeconds), Topic(h.Key)));
    }

    private static KeyValuePair<string, object?> Topic(string topic) => new("messaging.destination.name", topic);
}
