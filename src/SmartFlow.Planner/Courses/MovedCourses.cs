using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Courses;

/// <summary>
/// What a change of courses or terms means for the coming hours, told as schedule.courses.moved in the transaction of
/// the change. Whoever changes courses looks before and tells after.
/// </summary>
internal sealed class MovedCourses
{
    private const int WindowHours = 24;
    private const int LostMax = 50;

    private readonly DateTimeOffset now;
    private readonly HashSet<Lesson> lessons;
    private readonly HashSet<Subject> study;

    private MovedCourses(DateTimeOffset now, HashSet<Lesson> lessons, HashSet<Subject> study) =>
        (this.now, this.lessons, this.study) = (now, lessons, study);

    /// <summary>One section of one course.</summary>
    private readonly record struct Lesson(string Course, DateTimeOffset Begins);

    /// <summary>What is there before the change.</summary>
    public static async Task<MovedCourses> BeforeAsync(
        PlannerDb db,
        Term term,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (lessons, study) = await LookAsync(db, term, now, cancellationToken);
        return new MovedCourses(now, lessons, study);
    }

    /// <summary>
    /// Tells where lessons of the coming hours or places of study changed; saves what is pending first.
    /// </summary>
    /// <param name="db">The transaction's.</param>
    /// <param name="term">The current one by now.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    public async Task TellAsync(PlannerDb db, Term term, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        var (after, standing) = await LookAsync(db, term, now, cancellationToken);
        var lost = study.Except(standing).Take(LostMax).ToList();
        if (lessons.SetEquals(after) && lost.Count == 0)
            return;
        db.Publish(
            // The change raises the version once more, and a switch of terms may leave it: the moment tells two of them
            // apart.
            $"courses-moved:{term.Id}:{term.ScheduleVersion}:{UnixMicros.From(now)}",
            EventNames.ScheduleCoursesMoved,
            term.UserId,
            new ScheduleCoursesMoved
            {
                UserId = term.UserId,
                TermId = term.Id,
                Version = term.ScheduleVersion,
                TimeZone = term.TimeZone,
                FreedSections = lessons.Select(l => l.Begins).Except(after.Select(l => l.Begins)).Count(),
                LostItemIds = [.. lost.Select(s => s.ItemId).OfType<long>()],
                LostTaskIds = [.. lost.Select(s => s.QuickTaskId).OfType<long>()],
            },
            now.ToMicros()
        );
    }

    /// <summary>Lessons of the coming hours, and what stands anywhere from now on.</summary>
    private static async Task<(HashSet<Lesson> Lessons, HashSet<Subject> Study)> LookAsync(
        PlannerDb db,
        Term term,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var calendar = new TermCalendar(term);
        var courses = await db
            .Courses.AsNoTracking()
            .Include(c => c.Arrangements)
            .Where(c => c.UserId == term.UserId && c.TermId == term.Id)
            .ToListAsync(cancellationToken);
        var timetable = new Timetable(calendar, courses);
        var until = now.AddHours(WindowHours);
        var lessons = new HashSet<Lesson>();
        foreach (var day in calendar.DaysBetween(calendar.DateAt(now), calendar.DateAt(until)))
        foreach (var o in timetable.OccurrencesOn(day.Week, day.Day))
            for (var section = o.SectionFrom; section <= o.SectionTo; section++)
                if (calendar.TimesOf(day.Week, day.Day, section, section) is var (from, to) && to > now && from < until)
                    lessons.Add(new Lesson(o.Course.Name, from));
        var placed = await db
            .Placements.AsNoTracking()
            .Where(p => p.UserId == term.UserId && p.TermId == term.Id)
            .ToListAsync(cancellationToken);
        return (
            lessons,
            [
                .. placed
                    .Where(p =>
                        p.SectionTo > calendar.SectionsPerDay
                        || calendar.TimesOf(p.Week, p.Day, p.SectionFrom, p.SectionTo).To > now
                    )
                    .Select(p => p.Subject),
            ]
        );
    }
}
