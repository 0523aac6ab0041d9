using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Memory.Recalling;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Memory.Items;

/// <summary>
/// The one door for changes of a user's memory: one after the other, and where the hours that bind the planner are
/// others after it, the planner hears of it by an event of the same transaction.
/// </summary>
internal sealed class MemoryWriter(IWriter<MemoryDb> writer, KeepVectors vectors, TimeProvider clock)
{
    public async Task<T> ChangeAsync<T>(
        ulong userId,
        Func<MemoryDb, Owner, DateTimeOffset, CancellationToken, Task<T>> change,
        CancellationToken cancellationToken
    )
    {
        var result = await writer.WriteAsync((db, token) => ChangeAsync(db, userId, change, token), cancellationToken);
        vectors.Wake(userId);
        return result;
    }

    private async Task<T> ChangeAsync<T>(
        MemoryDb db,
        ulong userId,
        Func<MemoryDb, Owner, DateTimeOffset, CancellationToken, Task<T>> change,
        CancellationToken cancellationToken
    )
    {
        var now = clock.MicrosNow();
        var owner = await LockAsync(db, userId, cancellationToken);
        var before = await BindingAsync(db, owner, now, cancellationToken);
        var result = await change(db, owner, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        var after = await BindingAsync(db, owner, now, cancellationToken);
        if (!before.SequenceEqual(after))
            db.Publish(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"{EventNames.MemoryHoursChanged}:{userId}:{owner.Revision}"
                ),
                EventNames.MemoryHoursChanged,
                userId,
                new MemoryHoursChanged
                {
                    UserId = userId,
                    Revision = owner.Revision,
                    Hours = after,
                },
                now
            );
        await db.SaveChangesAsync(cancellationToken);
        return result;
    }

    /// <summary>The owner's row, made where there is none; it is this transaction's until the commit.</summary>
    private static async Task<Owner> LockAsync(MemoryDb db, ulong userId, CancellationToken cancellationToken)
    {
        var id = (long)userId;
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO memory_owners (user_id, enabled, on_since, revision) VALUES ({id}, {true}, {0L}, {0L}) ON CONFLICT (user_id) DO NOTHING",
            cancellationToken
        );
        await db
            .Owners.Where(o => o.UserId == userId)
            .ExecuteUpdateAsync(s => s.SetProperty(o => o.Revision, o => o.Revision + 1), cancellationToken);
        return await db.Owners.SingleAsync(o => o.UserId == userId, cancellationToken);
    }

    private static async Task<List<StudyHours>> BindingAsync(
        MemoryDb db,
        Owner owner,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (!owner.Enabled)
            return [];
        var rows = await db
            .Items.AsNoTracking()
            .Where(i =>
                i.UserId == owner.UserId
                && i.Status == MemoryStatus.Active
                && i.Explicit
                && i.HoursKind != null
                && (i.ExpiresAt == null || i.ExpiresAt > now)
            )
            .OrderBy(i => i.Id)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(r => r.Binding()!)];
    }
}
