using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc.Client;

namespace SmartFlow.Platform.Bus;

/// <summary>
/// The bus of one process: publishing is handling. The outbox row is the durable copy, so it returns only when every
/// consumer has handled or buried every event, or says which have stepped aside. One batch of a topic at a time keeps
/// the order.
/// </summary>
internal sealed class InProcessBus(IEnumerable<IConsumer> consumers, RemoteModules remotes, Delivery delivery) : IBus
{
    private readonly ILookup<string, IConsumer> consumers = consumers.ToLookup(c => c.Topic);

    /// <exception cref="RefusedException"> unavailable: modules are split and nobody here takes the topic; its events
    /// must stay in the outbox, or they were lost.
    /// </exception>
    public async Task<IReadOnlyList<StuckEvent>> PublishAsync(
        string topic,
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        if (remotes.Names.Count > 0 && !consumers.Contains(topic))
            throw new RefusedException(
                ErrorCodes.Unavailable,
                $"{topic} has no consumer in this process and {string.Join(", ", remotes.Names)} are hosted elsewhere: its events "
                    + "stay in the outbox until there is a bus between the processes (Bus:Kafka:BootstrapServers)."
            );
        var stuck = await Task.WhenAll(
            consumers[topic].Select(c => delivery.DeliverAsync(c, events, cancellationToken))
        );
        return [.. stuck.SelectMany(s => s)];
    }
}
