using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Centre;

/// <summary>Consumes user.deleted: channels, wishes and notices of the account go, and with the notices what waits to be sent.</summary>
internal sealed class ForgetUsers(IWriter<NotificationDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-notification-user-auth-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken) =>
        events.OneByOneAsync(happened => happened.Name == EventNames.UserDeleted
            ? ForgetAsync((long)EventJson.Read<UserDeleted>(happened.Payload).UserId, cancellationToken)
            : Task.CompletedTask);

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private Task<int> ForgetAsync(long user, CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, token) =>
        {
            await db.Channels.Where(c => c.UserId == user).ExecuteDeleteAsync(token);
            await db.Preferences.Where(p => p.UserId == user).ExecuteDeleteAsync(token);
            return await db.Notices.Where(n => n.UserId == user).ExecuteDeleteAsync(token);
        },
        cancellationToken);
}
