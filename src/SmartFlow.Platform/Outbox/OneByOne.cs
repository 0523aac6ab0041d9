using SmartFlow.Platform.Bus;

namespace SmartFlow.Platform.Outbox;

/// <summary>The frame of consumers that handle one event after the other.</summary>
public static class OneByOne
{
    /// <param name="events">In order.</param>
    /// <param name="handle">Durable when it returns; a <see cref="PoisonException"/> is of this one event, any other of
    /// the batch.</param>
    /// <returns>What <see cref="IConsumer.HandleAsync"/> does: for each event null, or why it can never be
    /// handled.</returns>
    public static async Task<IReadOnlyList<string?>> OneByOneAsync(
        this IReadOnlyList<BusEvent> events,
        Func<BusEvent, Task> handle
    )
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(handle);
        var outcomes = new string?[events.Count];
        for (var i = 0; i < outcomes.Length; i++)
            try
            {
                await handle(events[i]);
            }
            catch (PoisonException e)
            {
                outcomes[i] = e.Message;
            }
        return outcomes;
    }
}
