using System.Collections.Concurrent;
using Confluent.Kafka;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>
/// Publishes to Kafka: an event is durable once every replica in sync has it. A batch that was not acknowledged as a
/// whole may have arrived in part; its rows stay in the outbox and are sent again, which consumers notice.
/// </summary>
internal sealed class KafkaBus(KafkaClients clients, TimeProvider time) : IBus, IDisposable
{
    private readonly ConcurrentDictionary<string, IProducer<string, byte[]>> producers = new();

    /// <summary>A twentieth of what a charge may take until it is visible.</summary>
    public TimeSpan Gather { get; } = TimeSpan.FromMilliseconds(50);

    /// <exception cref="KafkaException">A message was refused.</exception>
    /// <exception cref="TimeoutException">The brokers did not acknowledge it in time.</exception>
    public async Task<IReadOnlyList<StuckEvent>> PublishAsync(
        string topic,
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        if (events.Count == 0)
            return [];
        var producer = producers.GetOrAdd(topic, static (_, c) => c.Producer(), clients);
        try
        {
            var reports = new Reports(events.Count);
            foreach (var happened in events)
                producer.Produce(topic, KafkaMessages.Of(happened), reports.Take);
            await reports.All.WaitAsync(TimeSpan.FromSeconds(clients.Options.DeliverySeconds), time, cancellationToken);
            return [];
        }
        catch
        {
            // What it still has must not arrive behind what is sent from now on.
            if (producers.TryRemove(topic, out var given))
                await Task.Run(given.Dispose, CancellationToken.None);
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var producer in producers.Values)
            producer.Dispose();
    }

    /// <summary>The delivery reports of a batch.</summary>
    private sealed class Reports(int count)
    {
        private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int left = count;

        /// <summary>Each message is stored, or the first that is not.</summary>
        public Task All => all.Task;

        public void Take(DeliveryReport<string, byte[]> report)
        {
            if (report.Error.IsError)
                all.TrySetException(new KafkaException(report.Error));
            else if (Interlocked.Decrement(ref left) == 0)
                all.TrySetResult();
        }
    }
}
