using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>
/// PUT /task-classes/{id}: the whole class. Items with an id stay, without one are new, absent ones are deleted.
/// </summary>
internal static class EditTaskClass
{
    internal sealed record Request : ClassFields
    {
        /// <summary>
        /// As read: another one there now is a conflict. Absent: whatever stands there now is replaced.
        /// </summary>
        public int? Version { get; init; }
    }

    public static void Map(RouteGroupBuilder classes) =>
        classes
            .MapPut("/{id:long}", HandleAsync)
            .WithName("EditTaskClass")
            .WithSummary("Change a study plan and its items");

    private static async Task<Ok<TaskClassView>> HandleAsync(
        long id,
        Request request,
        ClaimsPrincipal user,
        IWriter<PlannerDb> writer,
        TimeProvider clock,
        IOptions<PlannerOptions> options,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = (user.UserId(), clock.MicrosNow());
        var fields = request.Checked(options.Value.TaskItemsMax, ClassFields.GivenNameMax);
        return TypedResults.Ok(
            await WriteAsync(
                writer,
                (db, token) => EditAsync(db, userId, id, request.Version, fields, now, token),
                cancellationToken
            )
        );
    }

    /// <exception cref="RefusedException">conflict where another writer was first, and what the edit
    /// refuses.</exception>
    public static async Task<TaskClassView> WriteAsync(
        IWriter<PlannerDb> writer,
        Func<PlannerDb, CancellationToken, Task<TaskClassView>> edit,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await writer.WriteAsync(edit, cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            throw Changed(null);
        }
    }

    /// <summary>Inside a transaction; fields are checked.</summary>
    public static async Task<TaskClassView> EditAsync(
        PlannerDb db,
        ulong userId,
        long id,
        int? version,
        ClassFields fields,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var found = await db.TaskClasses.FirstOrDefaultAsync(c => c.Id == id && c.UserId == userId, cancellationToken)
            ?? throw ReadTaskClass.NotFound();
        CheckVersion(found, version);
        // The longer name of an imported plan may stay, a new one has the usual length.
        if (fields.Name != found.Name)
            fields.Checked(fields.Items.Count);
        var before = await db.TaskItems.Where(i => i.TaskClassId == id).ToDictionaryAsync(i => i.Id, cancellationToken);
        fields.ApplyTo(found);
        var items = new List<TaskItem>(fields.Items.Count);
        foreach (var item in fields.Items)
            items.Add(Keep(db, found, before, item, items.Count));
        await BlocksGone.RaiseVersionAsync(db, userId, p => before.Keys.Contains(p.ItemId!.Value), cancellationToken);
        db.TaskItems.RemoveRange(before.Values);
        found.Version++;
        found.UpdatedAt = now;
        await db.SaveChangesAsync(cancellationToken);
        return TaskClassView.Of(found, items, await ReadTaskClass.PlacesAsync(db, id, cancellationToken));
    }

    /// <exception cref="RefusedException">conflict with rule class_version.</exception>
    public static void CheckVersion(TaskClass found, int? seen)
    {
        if (seen is not null && found.Version != seen)
            throw Changed(found.Version);
    }

    /// <summary>What is left in <paramref name="before"/> at the end is deleted.</summary>
    private static TaskItem Keep(
        PlannerDb db,
        TaskClass found,
        Dictionary<long, TaskItem> before,
        ItemFields fields,
        int position
    )
    {
        if (fields.Id is not { } id)
        {
            var made = NewTaskClass.Make(found, fields, position);
            db.TaskItems.Add(made);
            return made;
        }
        if (!before.Remove(id, out var kept))
            throw RefusedException.Field($"items[{position}].id", "is no item of this study plan");
        fields.ApplyTo(kept, position);
        return kept;
    }

    private static RefusedException Changed(int? version) =>
        new(
            ErrorCodes.Conflict,
            "The study plan was changed meanwhile. Read it again and repeat the change.",
            extensions: new Dictionary<string, object?> { ["rule"] = "class_version", ["version"] = version }
        );
}
