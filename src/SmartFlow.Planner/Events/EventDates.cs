using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Events;

/// <summary>
/// Events have dates and hours of the calendar: a term that begins in another week, or whose sections have other hours,
/// counts them anew. Courses keep their weeks and sections.
/// </summary>
/// <param name="term">Before its change.</param>
internal sealed class EventDates(Term term)
{
    private readonly DateOnly firstMonday = term.FirstMonday;

    /// <param name="db">Of the change.</param>
    /// <param name="changed">The term after its change.</param>
    /// <param name="cut">An event that recurs loses the days that no longer belong to the term.</param>
    /// <param name="cancellationToken">Before the write ends.</param>
    /// <exception cref="RefusedException">conflict: an event would lie outside the term.</exception>
    public async Task KeepAsync(PlannerDb db, Term changed, bool cut, CancellationToken cancellationToken)
    {
        var later = (changed.FirstMonday.DayNumber - firstMonday.DayNumber) / 7;
        foreach (var one in await EventWriter.OfTerm(db, changed).ToListAsync(cancellationToken))
        {
            var time = one.Arrangements[0];
            if (later != 0)
            {
                var weeks = WeekMask.Weeks(time.Weeks).Select(w => w - later).ToArray();
                if (cut)
                    weeks = [.. weeks.Where(w => w >= 1 && w <= changed.Weeks)];
                if (weeks.Length == 0 || weeks.Any(w => w < 1 || w > changed.Weeks))
                    throw Outside(one, time);
                time.Weeks = WeekMask.Of(weeks);
            }
            if (time is { StartsMinute: { } starts, EndsMinute: { } ends })
                (time.SectionFrom, time.SectionTo) = EventFields.SectionsIn(changed, starts, ends);
        }
        await db.SaveChangesAsync(cancellationToken);
    }

    private static RefusedException Outside(Course one, Arrangement time) =>
        new(
            ErrorCodes.Conflict,
            $"The term would lose days on which something takes place: {one.Name}.",
            new Dictionary<string, string[]> { ["first_monday"] = ["would drop " + one.Name] },
            new Dictionary<string, object?>
            {
                ["rule"] = "term_room",
                ["blocks"] = new[]
                {
                    new DroppedBlock(
                        "event",
                        one.Id,
                        one.Name,
                        WeekMask.Weeks(time.Weeks),
                        time.Day,
                        time.SectionFrom,
                        time.SectionTo
                    ),
                },
            }
        );
}
