using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Rpc;

// What is in trouble within the coming hours, for the active scheduler.
internal sealed partial class LocalPlanner
{
    private const int HoursMax = 168;

    public async Task<ListAtRiskResponse> ListAtRiskAsync(
        ListAtRiskRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Hours is < 1 or > HoursMax)
            throw RefusedException.Field("hours", $"must be between 1 and {HoursMax}");
        if (request.Limit is < 1 or > ComingMax)
            throw RefusedException.Field("limit", $"must be between 1 and {ComingMax}");
        var now = clock.GetUtcNow();
        var until = now.AddHours(request.Hours);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = request.Kind switch
        {
            "urgent" => await UrgentAsync(db, request, now, cancellationToken),
            "task_deadline" => await DueTasksAsync(db, request, now, until, cancellationToken),
            "item_deadline" => await DueItemsAsync(db, request, now, until, cancellationToken),
            _ => throw RefusedException.Field("kind", "must be one of urgent, task_deadline, item_deadline"),
        };
        var places = await PlacesAsync(db, found, cancellationToken);
        var response = new ListAtRiskResponse { NextAfter = found.Count == request.Limit ? (ulong)found[^1].Id : 0 };
        foreach (var one in found)
        {
            var (block, term) = places.GetValueOrDefault((one.UserId, one.Subject));
            if (!IsAtRisk(request.Kind, one, block, term, now, until))
                continue;
            response.Items.Add(
                new AtRiskMessage
                {
                    UserId = one.UserId,
                    Id = (ulong)one.Id,
                    Title = one.Title,
                    Sections = one.Sections,
                    DeadlineAt = Stamp(one.DeadlineAt),
                    PlacementId = WeekMessages.Id(block?.Id),
                    TaskClassId = WeekMessages.Id(one.TaskClassId),
                    TimeZone = term?.TimeZone ?? options.Value.TimeZone,
                }
            );
        }
        return response;
    }

    /// <summary>A task that passed its threshold counts although nobody has promoted it yet.</summary>
    private static Task<List<Wanting>> UrgentAsync(
        PlannerDb db,
        ListAtRiskRequest request,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        TasksAsync(
            db.QuickTasks.Where(t =>
                t.CompletedAt == null
                && (t.PriorityGroup == 1 || (t.PriorityGroup == 2 && t.PromoteAt != null && t.PromoteAt <= now))
            ),
            request,
            cancellationToken
        );

    private static Task<List<Wanting>> DueTasksAsync(
        PlannerDb db,
        ListAtRiskRequest request,
        DateTimeOffset now,
        DateTimeOffset until,
        CancellationToken cancellationToken
    ) =>
        TasksAsync(
            db.QuickTasks.Where(t =>
                t.CompletedAt == null
                && t.PriorityGroup != 1
                && t.DeadlineAt > now
                && t.DeadlineAt <= until
                && db.Placements.Any(p => p.QuickTaskId == t.Id)
            ),
            request,
            cancellationToken
        );

    private static Task<List<Wanting>> TasksAsync(
        IQueryable<QuickTasks.QuickTask> tasks,
        ListAtRiskRequest request,
        CancellationToken cancellationToken
    )
    {
        var (after, id, user) = ((long)request.After, Id(request.Id), request.UserId);
        return tasks
            .AsNoTracking()
            .Where(t => t.Id > after && (id == 0 || t.Id == id) && (user == 0 || t.UserId == user))
            .OrderBy(t => t.Id)
            .Take(request.Limit)
            .Select(t => new Wanting(t.UserId, t.Id, null, t.Title, t.EstimatedSections, t.DeadlineAt))
            .ToListAsync(cancellationToken);
    }

    private static Task<List<Wanting>> DueItemsAsync(
        PlannerDb db,
        ListAtRiskRequest request,
        DateTimeOffset now,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var (after, id, user) = ((long)request.After, Id(request.Id), request.UserId);
        return db
            .TaskItems.AsNoTracking()
            .Where(i =>
                i.DoneAt == null
                && i.DeadlineAt > now
                && i.DeadlineAt <= until
                && i.Id > after
                && (id == 0 || i.Id == id)
                && (user == 0 || i.UserId == user)
            )
            .OrderBy(i => i.Id)
            .Take(request.Limit)
            .Select(i => new Wanting(i.UserId, i.Id, i.TaskClassId, i.Content, i.Sections, i.DeadlineAt))
            .ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Where each stands in its owner's current term; with no placement where it stands nowhere there.
    /// </summary>
    private static async Task<
        Dictionary<(ulong User, Subject Subject), (Placement? Placement, Term? Term)>
    > PlacesAsync(PlannerDb db, List<Wanting> found, CancellationToken cancellationToken)
    {
        var users = found.Select(w => w.UserId).Distinct().ToArray();
        var items = found.Where(w => w.TaskClassId is not null).Select(w => (long?)w.Id).ToArray();
        var tasks = found.Where(w => w.TaskClassId is null).Select(w => (long?)w.Id).ToArray();
        var terms = await db
            .Terms.AsNoTracking()
            .Where(t => t.IsCurrent && users.Contains(t.UserId))
            .ToDictionaryAsync(t => t.UserId, cancellationToken);
        var termIds = terms.Values.Select(t => t.Id).ToArray();
        var rows = await db
            .Placements.AsNoTracking()
            .Where(p => termIds.Contains(p.TermId) && (items.Contains(p.ItemId) || tasks.Contains(p.QuickTaskId)))
            .ToListAsync(cancellationToken);
        var places = rows.ToDictionary(p => (p.UserId, p.Subject));
        return found
            .Where(w => terms.ContainsKey(w.UserId))
            .ToDictionary(
                w => (w.UserId, w.Subject),
                w => (places.GetValueOrDefault((w.UserId, w.Subject)), (Term?)terms[w.UserId])
            );
    }

    private static bool IsAtRisk(
        string kind,
        Wanting one,
        Placement? block,
        Term? term,
        DateTimeOffset now,
        DateTimeOffset until
    )
    {
        if (block is null || term is null)
            return kind != "task_deadline";
        if (block.SectionTo > term.SectionTimes.Count)
            return true;
        var (from, to) = new TermCalendar(term).TimesOf(block.Week, block.Day, block.SectionFrom, block.SectionTo);
        // What has passed counts as done, unless its owner said otherwise.
        if (to <= now)
            return block.Missed;
        return kind == "urgent" ? from >= until : to > one.DeadlineAt;
    }

    /// <summary>Something that is still to do.</summary>
    private sealed record Wanting(
        ulong UserId,
        long Id,
        long? TaskClassId,
        string Title,
        int Sections,
        DateTimeOffset? DeadlineAt
    )
    {
        public Subject Subject => TaskClassId is null ? Subject.Task(Id) : Subject.Item(Id);
    }
}
