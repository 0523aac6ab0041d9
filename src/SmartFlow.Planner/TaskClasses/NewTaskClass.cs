using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>Who makes a class on behalf of its owner.</summary>
/// <param name="Key">Unique per user; a repeat returns the first class.</param>
/// <param name="Source">Shown to the owner; null: nothing to show.</param>
internal sealed record ClassOrigin(string Key, string? Source);

/// <summary>Adds a class with its items: the one insert behind POST and other modules.</summary>
internal sealed class NewTaskClass(IWriter<PlannerDb> writer, TimeProvider clock, IOptions<PlannerOptions> options)
{
    private static readonly Dictionary<long, Placement> Nowhere = [];

    /// <exception cref="RefusedException">invalid_argument, conflict (too many classes), key_reused.</exception>
    public async Task<(TaskClassView Class, bool Existed)> AddAsync(
        ulong userId,
        ClassFields fields,
        ClassOrigin? origin,
        CancellationToken cancellationToken
    )
    {
        var valid = fields.Checked(
            options.Value.TaskItemsMax,
            origin is null ? ClassFields.NameMax : ClassFields.GivenNameMax
        );
        try
        {
            return await writer.WriteAsync(
                (db, token) => AddAsync(db, userId, valid, origin, token),
                cancellationToken
            );
        }
        catch (DbUpdateException) when (origin is not null)
        {
            // PostgreSQL: another call with this key committed between our look and our insert; now it is visible.
            return await writer.WriteAsync(
                (db, token) => AddAsync(db, userId, valid, origin, token),
                cancellationToken
            );
        }
    }

    private async Task<(TaskClassView Class, bool Existed)> AddAsync(
        PlannerDb db,
        ulong userId,
        ClassFields fields,
        ClassOrigin? origin,
        CancellationToken cancellationToken
    )
    {
        var hash = origin is null ? null : fields.Hash();
        if (origin is not null && await EarlierAsync(db, userId, origin.Key, hash!, cancellationToken) is { } earlier)
            return (earlier, true);
        var max = options.Value.TaskClassesMax;
        var count = await db.TaskClasses.CountAsync(c => c.UserId == userId, cancellationToken);
        if (count >= max)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"There are {max} study plans already. Delete some first.",
                extensions: new Dictionary<string, object?> { ["rule"] = "classes_max", ["max"] = max }
            );
        var now = clock.MicrosNow();
        var made = new TaskClass
        {
            UserId = userId,
            Name = fields.Name,
            Hue = count % TaskClass.Hues,
            Source = origin?.Source,
            CreationKey = origin?.Key,
            CreationHash = hash,
            Version = 1,
            CreatedAt = now,
            UpdatedAt = now,
        };
        fields.ApplyTo(made);
        db.TaskClasses.Add(made);
        await db.SaveChangesAsync(cancellationToken);
        List<TaskItem> items = [.. fields.Items.Select((item, position) => Make(made, item, position))];
        db.TaskItems.AddRange(items);
        await db.SaveChangesAsync(cancellationToken);
        return (TaskClassView.Of(made, items, Nowhere), false);
    }

    /// <summary>An item of a class that is saved.</summary>
    public static TaskItem Make(TaskClass of, ItemFields fields, int position)
    {
        var item = new TaskItem
        {
            TaskClassId = of.Id,
            UserId = of.UserId,
            Content = fields.Content,
        };
        fields.ApplyTo(item, position);
        return item;
    }

    private static async Task<TaskClassView?> EarlierAsync(
        PlannerDb db,
        ulong userId,
        string key,
        byte[] hash,
        CancellationToken cancellationToken
    )
    {
        var found = await db
            .TaskClasses.AsNoTracking()
            .FirstOrDefaultAsync(c => c.UserId == userId && c.CreationKey == key, cancellationToken);
        if (found is null)
            return null;
        if (!found.CreationHash.AsSpan().SequenceEqual(hash))
            throw new RefusedException(ErrorCodes.KeyReused, "The key was used for another study plan.");
        return TaskClassView.Of(
            found,
            await ReadTaskClass.ItemsAsync(db, found.Id, cancellationToken),
            await ReadTaskClass.PlacesAsync(db, found.Id, cancellationToken)
        );
    }
}
