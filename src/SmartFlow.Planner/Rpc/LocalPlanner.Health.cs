using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Scheduling;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Rpc;

// How a stretch of the term looks, for other modules.
internal sealed partial class LocalPlanner
{
    private const int IssuesMax = 50;
    private const int PlansMax = 200;
    private const int UrgentMax = 100;

    public async Task<AnalyseScheduleResponse> AnalyseScheduleAsync(
        AnalyseScheduleRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, request.UserId, cancellationToken);
        var now = clock.GetUtcNow();
        var today = new TermCalendar(term).DateAt(now);
        var plans = await db
            .TaskClasses.AsNoTracking()
            .Where(c => c.UserId == request.UserId && c.EndDate >= today)
            .OrderBy(c => c.EndDate)
            .ThenBy(c => c.Id)
            .Take(PlansMax)
            .ToListAsync(cancellationToken);
        var state = await TermState.LoadAsync(db, term, null, [], plans.ConvertAll(p => p.Id), cancellationToken);
        var urgent = await db
            .QuickTasks.AsNoTracking()
            .Where(t => t.UserId == request.UserId && t.CompletedAt == null && t.PriorityGroup == 1)
            .OrderBy(t => t.DeadlineAt)
            .ThenBy(t => t.Id)
            .Take(UrgentMax)
            .ToListAsync(cancellationToken);
        var health = new ScheduleHealth(state, plans, urgent, DaysOf(state, request), now);
        var response = new AnalyseScheduleResponse { Term = WeekMessages.Of(term, now), Metrics = Of(health) };
        response.Weeks.Add(
            health.Weeks.Select(w => new WeekLoad
            {
                Week = w.Week,
                CourseSections = w.Courses,
                StudySections = w.Study,
                FreeSections = w.Free,
            })
        );
        response.Issues.Add(health.Issues.Take(IssuesMax).Select(Of));
        return response;
    }

    private static SlotDay[] DaysOf(TermState state, AnalyseScheduleRequest request)
    {
        var from = request.From.Length == 0 ? state.Term.FirstMonday : ClassDrafts.Date("from", request.From);
        var to = request.To.Length == 0 ? state.Term.LastDay : ClassDrafts.Date("to", request.To);
        return [.. state.Calendar.DaysBetween(from, to)];
    }

    private static ScheduleMetrics Of(ScheduleHealth health) =>
        new()
        {
            CourseSections = health.Weeks.Sum(w => w.Courses),
            StudySections = health.Weeks.Sum(w => w.Study),
            FreeSections = health.Weeks.Sum(w => w.Free),
            StudyDays = health.StudyDays,
            Switches = health.Switches,
            BusiestDate = health.Busiest is { } day ? ClassDrafts.Text(day.Date) : "",
            BusiestSections = health.Busiest?.Sections ?? 0,
            MorningSections = health.SectionsIn(TimeOfDay.Morning),
            AfternoonSections = health.SectionsIn(TimeOfDay.Afternoon),
            EveningSections = health.SectionsIn(TimeOfDay.Evening),
            MissedBlocks = health.Study.Count(b => b.Missed),
            Conflicts = health.Study.Count(b => b.Conflict),
            UnplacedItems = health.Unplaced.Count,
            UnplacedSections = health.Unplaced.Sum(i => i.Sections),
        };

    private static ScheduleIssue Of(HealthIssue issue) =>
        new()
        {
            Kind = issue.Kind,
            Severity = issue.Severity,
            Title = issue.Title,
            Action = issue.Action,
            Sections = issue.Sections,
            Date = issue.Date is { } date ? ClassDrafts.Text(date) : "",
            TaskClassId = WeekMessages.Id(issue.TaskClassId),
            PlacementId = WeekMessages.Id(issue.PlacementId),
            QuickTaskId = WeekMessages.Id(issue.QuickTaskId),
        };
}
