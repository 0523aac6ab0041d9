using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>GET /schedule/today: the day that it is in the term's time zone.</summary>
internal static class GetToday
{
    /// <param name="Week">Null: today lies outside the term.</param>
    internal sealed record TodayView(
        TermView Term,
        DateTimeOffset Now,
        DateOnly Date,
        int? Week,
        DayView? Day,
        long Version,
        IReadOnlyList<SectionTimeView> SectionTimes,
        IReadOnlyList<BlockView> Blocks
    );

    public static void Map(RouteGroupBuilder schedule) =>
        schedule.MapGet("/today", HandleAsync).WithName("GetToday").WithSummary("Today's blocks");

    private static async Task<Ok<TodayView>> HandleAsync(
        ClaimsPrincipal user,
        TermWriter terms,
        IDbContextFactory<PlannerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, user.UserId(), cancellationToken);
        var now = clock.GetUtcNow();
        var calendar = new TermCalendar(term);
        var date = calendar.DateAt(now);
        var slot = calendar.SlotDayOf(date);
        var state = slot is { } day ? await TermState.LoadAsync(db, term, day.Week, [], cancellationToken) : null;
        return TypedResults.Ok(
            new TodayView(
                TermView.Of(term, now),
                now,
                date,
                slot?.Week,
                slot is { } on ? DayView.Of(state!, on.Week, on.Day) : null,
                term.ScheduleVersion,
                [.. term.SectionTimes.Select(SectionTimeView.Of)],
                state is null ? [] : [.. GetWeek.BlocksOf(state, now).Where(b => b.Day == slot!.Value.Day)]
            )
        );
    }
}
