using SmartFlow.Contracts.Agent;
using SmartFlow.Contracts.Events;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Centre;

/// <summary>
/// Consumes assistant.change.proposed: whose week another assistant wants to change hears of it once.
/// </summary>
internal sealed class TellOfProposals(Tell tell, IWriter<NotificationDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.Agent;

    public string Group => "smartflow-notification-agent-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name == EventNames.AssistantChangeProposed
                ? tell.TellAsync(
                    [happened.Told(EventJson.Read<AssistantChangeProposed>(happened.Payload).UserId)],
                    cancellationToken
                )
                : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);
}
