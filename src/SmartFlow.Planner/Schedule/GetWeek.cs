using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>GET /schedule/weeks/{n}: everything that stands in a week, with times.</summary>
internal static class GetWeek
{
    /// <param name="Version">The term's schedule_version: sent back with every change.</param>
    internal sealed record WeekView(
        TermView Term,
        int Week,
        long Version,
        DateTimeOffset Now,
        IReadOnlyList<DayView> Days,
        IReadOnlyList<SectionTimeView> SectionTimes,
        IReadOnlyList<BlockView> Blocks
    );

    public static void Map(RouteGroupBuilder schedule) =>
        schedule.MapGet("/weeks/{n:int}", HandleAsync).WithName("GetWeek").WithSummary("A week of the schedule");

    private static async Task<Ok<WeekView>> HandleAsync(
        int n,
        ClaimsPrincipal user,
        TermWriter terms,
        IDbContextFactory<PlannerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, user.UserId(), cancellationToken);
        if (n < 1 || n > term.Weeks)
            throw RefusedException.NotFound("week");
        var state = await TermState.LoadAsync(db, term, n, [], cancellationToken);
        var now = clock.GetUtcNow();
        return TypedResults.Ok(
            new WeekView(
                TermView.Of(term, now),
                n,
                term.ScheduleVersion,
                now,
                [.. Enumerable.Range(1, 7).Select(d => DayView.Of(state, n, d))],
                [.. term.SectionTimes.Select(SectionTimeView.Of)],
                BlocksOf(state, now)
            )
        );
    }

    /// <summary>In the order of time.</summary>
    public static IReadOnlyList<BlockView> BlocksOf(TermState state, DateTimeOffset now)
    {
        var schedule = state.Schedule(now);
        var conflicts = schedule.Conflicts();
        return
        [
            .. state
                .Occurrences.Select(o => BlockView.Of(state, o, now))
                .Concat(
                    schedule.Blocks.Values.Select(b =>
                        BlockView.Of(state, b, now) with
                        {
                            Conflict = conflicts.Contains(b.Subject),
                        }
                    )
                )
                .OrderBy(b => (b.Week, b.Day, b.SectionFrom, b.Kind, b.Id)),
        ];
    }
}

/// <param name="Off">No course takes place.</param>
/// <param name="OffName">What the holiday is called.</param>
/// <param name="Follows">The date whose courses this day runs.</param>
internal sealed record DayView(int Day, DateOnly Date, bool Off, string? OffName, DateOnly? Follows)
{
    public static DayView Of(TermState state, int week, int day)
    {
        var calendar = state.Calendar;
        var courses = calendar.CoursesOf(week, day);
        return new DayView(
            day,
            calendar.DateOf(week, day),
            calendar.IsOff(week, day),
            calendar.NameOfHoliday(week, day),
            courses is { } from && from != new SlotDay(week, day) ? calendar.DateOf(from.Week, from.Day) : null
        );
    }
}
