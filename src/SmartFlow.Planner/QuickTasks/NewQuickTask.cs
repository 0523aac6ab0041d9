using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>Adds a task: the one insert behind POST, quick add and the assistant.</summary>
internal sealed class NewQuickTask(IWriter<PlannerDb> writer, TimeProvider clock, IOptions<PlannerOptions> options)
{
    /// <param name="userId">The owner.</param>
    /// <param name="fields">Checked here.</param>
    /// <param name="key">Unique per user for ever; a repeat returns the first task. Null: no such promise.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    /// <exception cref="RefusedException">invalid_argument, conflict (too many tasks), key_reused.</exception>
    public async Task<(QuickTask Task, bool Existed)> AddAsync(
        ulong userId,
        TaskFields fields,
        string? key,
        CancellationToken cancellationToken
    )
    {
        var valid = fields.Checked();
        try
        {
            return await writer.WriteAsync((db, token) => AddAsync(db, userId, valid, key, token), cancellationToken);
        }
        catch (DbUpdateException) when (key is not null)
        {
            // PostgreSQL: another call with this key committed between our look and our insert; now it is visible.
            return await writer.WriteAsync((db, token) => AddAsync(db, userId, valid, key, token), cancellationToken);
        }
    }

    private async Task<(QuickTask Task, bool Existed)> AddAsync(
        PlannerDb db,
        ulong userId,
        TaskFields fields,
        string? key,
        CancellationToken cancellationToken
    )
    {
        var hash = key is null ? null : fields.Hash();
        if (
            key is not null
            && await db.QuickTasks.FirstOrDefaultAsync(
                t => t.UserId == userId && t.CreationKey == key,
                cancellationToken
            )
                is { } earlier
        )
            return earlier.CreationHash.AsSpan().SequenceEqual(hash)
                ? (earlier, true)
                : throw new RefusedException(ErrorCodes.KeyReused, "The key was used for another task.");
        var max = options.Value.QuickTasksMax;
        if (await db.QuickTasks.CountAsync(t => t.UserId == userId, cancellationToken) >= max)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"There are {max} tasks already. Delete some first.",
                extensions: new Dictionary<string, object?> { ["rule"] = "tasks_max", ["max"] = max }
            );
        var now = clock.MicrosNow();
        var task = fields.Repeat is null
            ? Once(userId, fields, now)
            : await StartSeries.AddAsync(
                db,
                userId,
                fields,
                fields.TimeZone ?? options.Value.TimeZone,
                now,
                cancellationToken
            );
        (task.CreationKey, task.CreationHash) = (key, hash);
        db.QuickTasks.Add(task);
        await db.SaveChangesAsync(cancellationToken);
        return (task, false);
    }

    private static QuickTask Once(ulong userId, TaskFields fields, DateTimeOffset now) =>
        new()
        {
            UserId = userId,
            Title = fields.Title,
            PriorityGroup = fields.PriorityGroup,
            EstimatedSections = fields.EstimatedSections,
            DeadlineAt = fields.DeadlineAt,
            UrgencyThresholdAt = fields.UrgencyThresholdAt,
            PromoteAt = Quadrants.PromoteAt(fields.PriorityGroup, fields.UrgencyThresholdAt),
            CreatedAt = now,
            UpdatedAt = now,
            Version = 1,
        };
}
