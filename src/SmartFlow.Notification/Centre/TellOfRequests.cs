using System.Text;
using SmartFlow.Contracts.Events;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Centre;

/// <summary>
/// Consumes active_scheduler.suggested, and notification.feishu.requested, by which the active scheduler asks that a
/// user be told: once, in the centre and by Feishu.
/// </summary>
internal sealed class TellOfRequests(Tell tell, IWriter<NotificationDb> writer, TimeProvider time) : IConsumer
{
    private const int TitleMax = 100;
    private const int TextMax = 2_000;

    public string Topic => Topics.ActiveScheduler;

    public string Group => "smartflow-notification-active-scheduler-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name switch
            {
                EventNames.NotificationFeishuRequested => tell.TellAsync([Read(happened)], cancellationToken),
                EventNames.ActiveSchedulerSuggested => tell.TellAsync(
                    [happened.Told(EventJson.Read<ActiveSchedulerSuggested>(happened.Payload).UserId)],
                    cancellationToken
                ),
                _ => Task.CompletedTask,
            }
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private static Told Read(BusEvent happened)
    {
        var asked = EventJson.Read<NotificationFeishuRequested>(happened.Payload);
        if (asked.Title.Length is 0 or > TitleMax || asked.Text.Length > TextMax)
            throw new PoisonException("Title or text are too long, or there is no title.");
        if (asked.Path.Length > 0 && (asked.Path[0] != '/' || asked.Path.StartsWith("//", StringComparison.Ordinal)))
            throw new PoisonException("The path is none.");
        return happened.Told(asked.UserId) with
        {
            Data = Encoding.UTF8.GetString(EventJson.Write(asked)),
            OnlyChannel = ChannelTypes.Feishu,
        };
    }
}
