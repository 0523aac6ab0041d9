using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Exchange;

/// <summary>
/// Consumes user.access.ended: the secret address of the calendar ends, unless it was opened later. Handling it twice
/// changes nothing more.
/// </summary>
internal sealed class EndFeeds(IWriter<PlannerDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-planner-user-auth-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name == EventNames.UserAccessEnded
                ? EndAsync(EventJson.Read<UserAccessEnded>(happened.Payload), cancellationToken)
                : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private async Task EndAsync(UserAccessEnded ended, CancellationToken cancellationToken)
    {
        if (!ended.Feeds)
            return;
        var at = UnixMicros.ToTime(ended.AtMicros);
        await writer.WriteAsync(
            (db, token) =>
                db.CalendarFeeds.Where(f => f.UserId == ended.UserId && f.CreatedAt <= at).ExecuteDeleteAsync(token),
            cancellationToken
        );
    }
}
