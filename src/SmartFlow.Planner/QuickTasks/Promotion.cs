using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>Moves open tasks whose threshold has passed, with their event in the same transaction.</summary>
internal sealed class Promotion(
    IDbContextFactory<PlannerDb> databases,
    IWriter<PlannerDb> writer,
    Appear series,
    OutboxSignal<PlannerDb> outbox,
    TimeProvider clock,
    IOptions<PlannerOptions> options
)
{
    /// <summary>
    /// Before a user's tasks are shown, with those of series whose day has come; costs two indexed looks where nothing
    /// is due.
    /// </summary>
    public async Task PromoteOwnAsync(ulong userId, CancellationToken cancellationToken)
    {
        await series.AppearOwnAsync(userId, cancellationToken);
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            if (!await Due(db, clock.GetUtcNow()).AnyAsync(t => t.UserId == userId, cancellationToken))
                return;
        await PromoteAsync(userId, cancellationToken);
    }

    /// <returns>How many were promoted: fewer than a batch means that none is left.</returns>
    public Task<int> PromoteBatchAsync(CancellationToken cancellationToken) => PromoteAsync(null, cancellationToken);

    private async Task<int> PromoteAsync(ulong? userId, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        try
        {
            var count = await writer.WriteAsync((db, token) => PromoteAsync(db, userId, now, token), cancellationToken);
            if (count > 0)
                outbox.Notify();
            return count;
        }
        catch (DbUpdateConcurrencyException)
        {
            // PostgreSQL: somebody else changed one of them just now; the next round sees what is left.
            return 0;
        }
    }

    private async Task<int> PromoteAsync(
        PlannerDb db,
        ulong? userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var due = Due(db, now);
        if (userId is { } owner)
            due = due.Where(t => t.UserId == owner);
        var tasks = await due.OrderBy(t => t.PromoteAt)
            .Take(options.Value.PromotionBatch)
            .ToListAsync(cancellationToken);
        foreach (var task in tasks)
        {
            var from = task.PriorityGroup;
            if (Quadrants.Promote(task, now))
                Publish(db, task, from, now);
        }
        await db.SaveChangesAsync(cancellationToken);
        return tasks.Count;
    }

    private static IQueryable<QuickTask> Due(PlannerDb db, DateTimeOffset now) =>
        db.QuickTasks.Where(t => t.PromoteAt != null && t.PromoteAt <= now && t.CompletedAt == null);

    private static void Publish(PlannerDb db, QuickTask task, int from, DateTimeOffset now) =>
        db.Publish(
            $"task-promote:{task.Id}:{task.Version}",
            EventNames.TaskUrgencyPromoteRequested,
            task.UserId,
            new TaskUrgencyPromoteRequested
            {
                UserId = task.UserId,
                TaskId = task.Id,
                FromPriorityGroup = from,
                ToPriorityGroup = task.PriorityGroup,
                UrgencyThresholdAt = task.UrgencyThresholdAt ?? now,
                DeadlineAt = task.DeadlineAt,
                PromotedAt = now,
                Reason = Quadrants.ThresholdPassed,
            },
            now
        );
}
