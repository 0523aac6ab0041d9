using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Memory.Extracting;

/// <summary>
/// Consumes user.deleted: all that is known of the user goes, and what waits to be looked at. A number that is switched off stays, so that
/// a turn whose event comes later is not looked at.
/// </summary>
internal sealed class ForgetUsers(IWriter<MemoryDb> writer, MemoryWriter memory, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-memory-user-auth-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken) =>
        events.OneByOneAsync(happened => happened.Name == EventNames.UserDeleted
            ? ForgetAsync(EventJson.Read<UserDeleted>(happened.Payload).UserId, cancellationToken)
            : Task.CompletedTask);

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private Task<int> ForgetAsync(ulong user, CancellationToken cancellationToken) => memory.ChangeAsync(
        user,
        async (db, owner, _, token) =>
        {
            owner.Enabled = false;
            await db.Looks.Where(l => l.UserId == user).ExecuteDeleteAsync(token);
            await db.IdempotentRequests.Where(r => r.UserId == user).ExecuteDeleteAsync(token);
            return await db.Items.Where(i => i.UserId == user).ExecuteDeleteAsync(token);
        },
        cancellationToken);
}
