using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Users;

namespace SmartFlow.Planner.Schedule;

/// <summary>The hours that a user's memory holds, as the planner heard last.</summary>
internal sealed class UserHours
{
    public ulong UserId { get; set; }

    /// <summary>Of the event: an older one changes nothing.</summary>
    public long Revision { get; set; }

    /// <summary>JSON of <see cref="StudyHours"/>.</summary>
    public required byte[] Hours { get; set; }

    public static async Task<IReadOnlyList<StudyHours>> ReadAsync(
        PlannerDb db,
        ulong userId,
        CancellationToken cancellationToken
    )
    {
        var row = await db.UserHours.AsNoTracking().FirstOrDefaultAsync(h => h.UserId == userId, cancellationToken);
        return row is null ? [] : EventJson.Read<List<StudyHours>>(row.Hours);
    }
}

/// <summary>
/// Consumes memory.hours.changed, so that a plan needs no memory to keep to it: what a user will not do is known where
/// the plan is made.
/// </summary>
internal sealed class FollowMemory(IWriter<PlannerDb> writer, TimeProvider time) : IConsumer
{
    private const int HoursMax = 500;

    public string Topic => Topics.Memory;

    public string Group => "smartflow-planner-memory-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name == EventNames.MemoryHoursChanged
                ? KeepAsync(EventJson.Read<MemoryHoursChanged>(happened.Payload), cancellationToken)
                : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private Task<int> KeepAsync(MemoryHoursChanged changed, CancellationToken cancellationToken)
    {
        if (
            changed.Hours.Count > HoursMax
            || changed.Hours.Any(h => h.FromMinute is < 0 or >= 1_440 || h.ToMinute is <= 0 or > 1_440)
        )
            throw new PoisonException("The hours are not valid.");
        var (user, revision, hours) = ((long)changed.UserId, changed.Revision, EventJson.Write(changed.Hours));
        return writer.WriteAsync(
            async (db, token) =>
                await db.IsGoneAsync(changed.UserId, token)
                    ? 0
                    : await db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO user_hours (user_id, revision, hours) VALUES ({user}, {revision}, {hours})
                        ON CONFLICT (user_id) DO UPDATE SET revision = excluded.revision, hours = excluded.hours WHERE user_hours.revision < excluded.revision
                        """,
                        token
                    ),
            cancellationToken
        );
    }
}
