using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// GET /schedule/changes: the user's changes of the current term, newest first, at most
/// <see cref="ScheduleWriter.KeptChanges"/>.
/// </summary>
internal static class ListChanges
{
    /// <summary>How many blocks of a change are named; a plan may have hundreds.</summary>
    private const int BlocksNamed = 5;

    /// <param name="UndoId">The change that undo takes back; null: none.</param>
    /// <param name="RedoId">The change that redo makes again; null: none.</param>
    internal sealed record ChangesView(IReadOnlyList<ChangeView> Items, long? UndoId, long? RedoId, long Version);

    /// <param name="Kind">place, move, swap, batch, embed, unplace, lock, miss or plan.</param>
    /// <param name="Count">Its blocks.</param>
    /// <param name="Blocks">The first of them.</param>
    internal sealed record ChangeView(
        long ChangeId,
        string Kind,
        DateTimeOffset CreatedAt,
        DateTimeOffset? UndoneAt,
        int Count,
        IReadOnlyList<ChangedBlock> Blocks
    );

    /// <param name="Title">Null: it is gone.</param>
    /// <param name="From">Null: it did not stand anywhere.</param>
    /// <param name="To">Null: it stands nowhere afterwards.</param>
    internal sealed record ChangedBlock(string? Title, Slot? From, Slot? To);

    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapGet("/changes", HandleAsync)
            .WithName("ListScheduleChanges")
            .WithSummary("What was changed in the schedule, to be taken back or made again");

    private static async Task<Ok<ChangesView>> HandleAsync(
        ClaimsPrincipal user,
        TermWriter terms,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        var own = StepChange.Of(db, term).AsNoTracking();
        var entries = await own.OrderByDescending(c => c.Id)
            .Take(ScheduleWriter.KeptChanges)
            .ToListAsync(cancellationToken);
        var changes = entries.ConvertAll(e => (Entry: e, Blocks: e.Changes()));
        var subjects = changes.SelectMany(c => c.Blocks.Take(BlocksNamed)).Select(b => b.Subject).ToHashSet();
        var (items, tasks) = (
            subjects.Select(s => s.ItemId).OfType<long>().ToArray(),
            subjects.Select(s => s.QuickTaskId).OfType<long>().ToArray()
        );
        var itemNames = await db
            .TaskItems.Where(i => i.UserId == userId && items.Contains(i.Id))
            .ToDictionaryAsync(i => i.Id, i => i.Content, cancellationToken);
        var taskNames = await db
            .QuickTasks.Where(t => t.UserId == userId && tasks.Contains(t.Id))
            .ToDictionaryAsync(t => t.Id, t => t.Title, cancellationToken);
        return TypedResults.Ok(
            new ChangesView(
                changes.ConvertAll(c => new ChangeView(
                    c.Entry.Id,
                    c.Entry.Kind,
                    c.Entry.CreatedAt,
                    c.Entry.UndoneAt,
                    c.Blocks.Count,
                    [
                        .. c
                            .Blocks.Take(BlocksNamed)
                            .Select(b => new ChangedBlock(NameOf(b.Subject), b.Before?.At, b.After?.At)),
                    ]
                )),
                await StepChange.Last(own).Select(c => (long?)c.Id).FirstOrDefaultAsync(cancellationToken),
                await StepChange.Next(own).Select(c => (long?)c.Id).FirstOrDefaultAsync(cancellationToken),
                term.ScheduleVersion
            )
        );

        string? NameOf(Subject subject) =>
            subject.ItemId is { } item
                ? itemNames.GetValueOrDefault(item)
                : taskNames.GetValueOrDefault(subject.QuickTaskId ?? 0);
    }
}
