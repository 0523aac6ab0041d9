using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Exchange;

/// <summary>
/// GET /schedule/export.ics, /schedule/export.csv and /courses/export.csv: files of the current term.
/// </summary>
internal static class ExportSchedule
{
    private const int AlarmMinutesMax = 1_440;

    public static void Map(RouteGroupBuilder schedule, RouteGroupBuilder courses)
    {
        schedule
            .MapGet("/export.ics", CalendarAsync)
            .WithName("ExportCalendar")
            .WithSummary("The term, a week or a class as .ics");
        schedule
            .MapGet("/export.csv", ScheduleAsync)
            .WithName("ExportSchedule")
            .WithSummary("Everything in the term as CSV");
        courses
            .MapGet("/export.csv", CoursesAsync)
            .WithName("ExportCourses")
            .WithSummary("Courses as CSV in WakeUp's columns");
    }

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static int? Alarm(int? minutes) =>
        minutes is null or (>= 0 and <= AlarmMinutesMax)
            ? minutes
            : throw RefusedException.Field("alarm_minutes", $"must be between 0 and {AlarmMinutesMax}");

    private static async Task<FileContentHttpResult> CalendarAsync(
        string? scope,
        int? week,
        long? task_class_id,
        int? alarm_minutes,
        ClaimsPrincipal user,
        TermExport export,
        CancellationToken cancellationToken
    )
    {
        var asked = ExportScope.Of(scope, week, task_class_id);
        var text = await export.CalendarAsync(user.UserId(), asked, Alarm(alarm_minutes), cancellationToken);
        return TypedResults.File(Encoding.UTF8.GetBytes(text), "text/calendar; charset=utf-8", "smartflow.ics");
    }

    private static async Task<FileContentHttpResult> ScheduleAsync(
        ClaimsPrincipal user,
        TermWriter terms,
        IDbContextFactory<PlannerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, user.UserId(), cancellationToken);
        var state = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        return TypedResults.File(
            Encoding.UTF8.GetBytes(ScheduleCsv.Write(term, GetWeek.BlocksOf(state, clock.GetUtcNow()))),
            "text/csv; charset=utf-8",
            "schedule.csv"
        );
    }

    private static async Task<FileContentHttpResult> CoursesAsync(
        ClaimsPrincipal user,
        TermWriter terms,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, user.UserId(), cancellationToken);
        var courses = await ListCourses.OfTerm(db, term).AsNoTracking().ToListAsync(cancellationToken);
        return TypedResults.File(
            Encoding.UTF8.GetBytes(CourseCsv.Write(courses)),
            "text/csv; charset=utf-8",
            "courses.csv"
        );
    }
}
