using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Planner.QuickTasks.Repeating;

/// <summary>
/// The next task of a series appears when the one before it is done or gone, or when its day has come. Never more than
/// one of a series is open ahead of its day, and of those that are left undone at most <see cref="OpenMax"/> are open:
/// the days after them are passed over.
/// </summary>
internal sealed class Appear(
    IDbContextFactory<PlannerDb> databases,
    IWriter<PlannerDb> writer,
    TimeProvider clock,
    IOptions<PlannerOptions> options
)
{
    public const int OpenMax = 3;
    private const int Attempts = 5;

    /// <summary>
    /// PostgreSQL: a change of a task whose series another host moved on at the same moment is made again.
    /// </summary>
    public static async Task<T> AgainAsync<T>(Func<Task<T>> write)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await write();
            }
            catch (DbUpdateConcurrencyException) when (attempt < Attempts)
            {
                // What was read is old: the next attempt reads it anew.
            }
    }

    /// <summary>Before a user's tasks are shown; costs one indexed look where nothing is due.</summary>
    public async Task AppearOwnAsync(ulong userId, CancellationToken cancellationToken)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            if (!await Due(db, clock.GetUtcNow()).AnyAsync(s => s.UserId == userId, cancellationToken))
                return;
        await AppearAsync(userId, cancellationToken);
    }

    /// <returns>How many series were looked at: fewer than a batch means that none is left.</returns>
    public Task<int> AppearBatchAsync(CancellationToken cancellationToken) => AppearAsync(null, cancellationToken);

    private async Task<int> AppearAsync(ulong? userId, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WriteAsync((db, token) => AppearAsync(db, userId, token), cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            // PostgreSQL: another host looked at one of them just now; the next round sees what is left.
            return 0;
        }
    }

    private async Task<int> AppearAsync(PlannerDb db, ulong? userId, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        var due = Due(db, now);
        if (userId is { } owner)
            due = due.Where(s => s.UserId == owner);
        var found = await due.OrderBy(s => s.NextAt).Take(options.Value.PromotionBatch).ToListAsync(cancellationToken);
        foreach (var series in found)
        {
            SkipTo(series, series.Today(now), now);
            if (series.NextAt <= now)
                await OneAsync(db, series, now, cancellationToken);
        }
        await db.SaveChangesAsync(cancellationToken);
        return found.Count;
    }

    /// <summary>
    /// One of its tasks was ticked off or deleted: the next one need not wait for its day. Inside that transaction.
    /// </summary>
    public async Task AfterAsync(PlannerDb db, ulong userId, long seriesId, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        if (
            await db.TaskSeries.FirstOrDefaultAsync(
                s => s.Id == seriesId && s.UserId == userId && s.NextOn != null,
                cancellationToken
            )
            is not { } series
        )
            return;
        if (
            await db.QuickTasks.AnyAsync(
                t => t.UserId == userId && t.SeriesId == seriesId && t.CompletedAt == null && t.DeadlineAt > now,
                cancellationToken
            )
        )
            return;
        SkipTo(series, series.Today(now), now);
        await OneAsync(db, series, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>A task of it is open again: the one that came in its place goes, if nobody has touched it.</summary>
    public async Task BackAsync(PlannerDb db, QuickTask task, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        if (
            await db.TaskSeries.FirstOrDefaultAsync(
                s => s.Id == task.SeriesId && s.UserId == task.UserId && s.EndedAt == null,
                cancellationToken
            )
            is not { } series
        )
            return;
        var next = await db
            .QuickTasks.Where(t =>
                t.UserId == task.UserId
                && t.SeriesId == series.Id
                && t.CompletedAt == null
                && t.Version == 1
                && t.DeadlineAt > task.DeadlineAt
                && t.DeadlineAt > now
                && !db.Placements.Any(p => p.QuickTaskId == t.Id)
            )
            .OrderBy(t => t.DeadlineAt)
            .FirstOrDefaultAsync(cancellationToken);
        if (next is null)
            return;
        db.QuickTasks.Remove(next);
        series.GoOnAfter(series.Today(next.DeadlineAt!.Value).AddDays(-1), now);
        await db.SaveChangesAsync(cancellationToken);
    }

    private async Task OneAsync(
        PlannerDb db,
        TaskSeries series,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (series.NextOn is not { } day)
            return;
        var open = await db.QuickTasks.CountAsync(
            t => t.UserId == series.UserId && t.SeriesId == series.Id && t.CompletedAt == null,
            cancellationToken
        );
        var all = await db.QuickTasks.CountAsync(t => t.UserId == series.UserId, cancellationToken);
        if (open < OpenMax && all < options.Value.QuickTasksMax)
            db.QuickTasks.Add(series.TaskOf(day, now));
        series.GoOnAfter(day, now);
    }

    /// <summary>Days that passed while nobody looked are no tasks any more.</summary>
    private static void SkipTo(TaskSeries series, DateOnly today, DateTimeOffset now)
    {
        if (series.NextOn < today)
            series.GoOnAfter(today.AddDays(-1), now);
    }

    private static IQueryable<TaskSeries> Due(PlannerDb db, DateTimeOffset now) =>
        db.TaskSeries.Where(s => s.NextAt != null && s.NextAt <= now);
}
