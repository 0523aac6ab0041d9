using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Exchange;

/// <summary>Which part of a term is exported.</summary>
/// <param name="Week">Null: all of them.</param>
/// <param name="TaskClassId">Only the study blocks of this class; null: everything.</param>
internal sealed record ExportScope(int? Week, long? TaskClassId)
{
    public static readonly ExportScope Everything = new(null, null);

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static ExportScope Of(string? scope, int? week, long? taskClassId) =>
        scope switch
        {
            null or "term" => Everything,
            "week" => new ExportScope(week ?? throw RefusedException.Field("week", "is required"), null),
            "class" => new ExportScope(
                null,
                taskClassId ?? throw RefusedException.Field("task_class_id", "is required")
            ),
            _ => throw RefusedException.Field("scope", "must be one of term, week, class"),
        };
}

/// <summary>A user's current term as calendar text.</summary>
internal sealed class TermExport(TermWriter terms, IDbContextFactory<PlannerDb> databases)
{
    /// <exception cref="RefusedException">invalid_argument: no such week.</exception>
    public async Task<string> CalendarAsync(
        ulong userId,
        ExportScope scope,
        int? alarmMinutes,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        var calendar = new TermCalendar(term);
        if (scope.Week is { } week && (week < 1 || week > term.Weeks))
            throw RefusedException.Field("week", $"must be between 1 and {term.Weeks}");
        List<CalendarEvent> events = [];
        if (scope.TaskClassId is null)
        {
            var courses = await ListCourses.Everything(db, term).AsNoTracking().ToListAsync(cancellationToken);
            var occurrences = new Timetable(calendar, courses)
                .Occurrences()
                .Where(o => scope.Week is null || o.Week == scope.Week);
            events.AddRange(TermEvents.OfCourses(calendar, occurrences));
        }
        var study = await TermState.LoadAsync(db, term, scope.Week, [], cancellationToken);
        if (scope.TaskClassId is { } id)
        {
            if (!await db.TaskClasses.AnyAsync(c => c.Id == id && c.UserId == userId, cancellationToken))
                throw RefusedException.NotFound("task class");
            study.Placements.RemoveAll(p => study.ClassOf(p.Subject)?.Id != id);
        }
        events.AddRange(TermEvents.OfStudy(study));
        return new CalendarWriter(term.TimeZone).Write($"SmartFlow {term.Name}", term.UpdatedAt, alarmMinutes, events);
    }
}
