using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Events;

/// <summary>
/// One time at which an event meets a course or another event. Both are looked at on the days on which they really take
/// place: a course of a holiday is in nobody's way, and a swap day brings courses that its weekday does not have.
/// </summary>
internal sealed record EventClash(Occurrence Event, Occurrence Other)
{
    /// <summary>Tells one clash from another, before and after a change.</summary>
    internal readonly record struct Identity(long ArrangementId, long OtherId, int Week, int Day);

    public Identity Key => new(Event.Arrangement.Id, Other.Arrangement.Id, Event.Week, Event.Day);

    public static IEnumerable<EventClash> Of(IEnumerable<Occurrence> occurrences)
    {
        foreach (var day in occurrences.GroupBy(o => (o.Week, o.Day)))
        foreach (var one in day.Where(o => o.IsEvent))
        foreach (var other in day)
            if (other.Course.Id != one.Course.Id && TermState.TimeOf(one).At.Overlaps(TermState.TimeOf(other).At))
                yield return new EventClash(one, other);
    }

    /// <param name="clashes">That a change brought.</param>
    /// <param name="savedEvent">The event that was changed, which nothing gives way for; null: courses were.</param>
    /// <param name="replace">Events give way.</param>
    /// <exception cref="Platform.Errors.RefusedException">conflict, naming what was there before the
    /// change.</exception>
    public static void Refuse(IReadOnlyCollection<EventClash> clashes, long? savedEvent, bool replace)
    {
        if (clashes.Count == 0 || (replace && savedEvent is null))
            return;
        var there = savedEvent is { } id
            ? clashes.Where(c => c.Event.Course.Id == id).Select(c => c.Other)
            : clashes.Select(c => c.Event);
        throw GiveWay.Refuse([
            .. there.GroupBy(o => (o.Arrangement.Id, o.Day)).Select(g => Conflict.WithTimes([.. g])),
        ]);
    }

    /// <summary>Takes these times from the events; one that has none left goes.</summary>
    public static async Task<List<LostWeeks>> TakeAsync(
        PlannerDb db,
        Term term,
        IReadOnlyCollection<EventClash> clashes,
        CancellationToken cancellationToken
    )
    {
        List<LostWeeks> lost = [];
        var ids = clashes.Select(c => c.Event.Course.Id).ToHashSet();
        var events = await ListCourses
            .Everything(db, term)
            .Where(c => ids.Contains(c.Id))
            .ToListAsync(cancellationToken);
        foreach (var one in events)
        {
            var time = one.Arrangements[0];
            var weeks = WeekMask.Of(
                clashes.Where(c => c.Event.Course.Id == one.Id).Select(c => c.Event.Week).Distinct()
            );
            lost.Add(LostWeeks.Of(one, time, weeks));
            time.Weeks &= ~weeks;
            if (time.Weeks == 0)
                db.Courses.Remove(one);
        }
        return lost;
    }
}
