using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.ActiveScheduler.Triggers;

/// <summary>Consumes user.deleted: everything that was raised for, suggested to and kept from the account goes.</summary>
internal sealed class ForgetUsers(IWriter<ActiveSchedulerDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-active-scheduler-user-auth-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken) =>
        events.OneByOneAsync(happened => happened.Name == EventNames.UserDeleted
            ? ForgetAsync(EventJson.Read<UserDeleted>(happened.Payload).UserId, cancellationToken)
            : Task.CompletedTask);

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private Task<int> ForgetAsync(ulong user, CancellationToken cancellationToken) => writer.WriteAsync(
        async (db, token) =>
        {
            await db.Triggers.Where(t => t.UserId == user).ExecuteDeleteAsync(token);
            await db.Mutes.Where(m => m.UserId == user).ExecuteDeleteAsync(token);
            return await db.Suggestions.Where(s => s.UserId == user).ExecuteDeleteAsync(token);
        },
        cancellationToken);
}
