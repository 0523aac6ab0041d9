using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Events;

/// <summary>
/// Makes and changes personal events of the current term, by the rules that courses have: what owns a section keeps it.
/// </summary>
internal sealed class EventWriter(TermWriter terms, IDbContextFactory<PlannerDb> databases, TimeProvider clock)
{
    /// <summary>In one term.</summary>
    public const int EventsMax = 200;

    /// <param name="userId">The owner.</param>
    /// <param name="id">Null: a new one.</param>
    /// <param name="fields">Checked here.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    /// <exception cref="RefusedException">invalid_argument, not_found, conflict with what stands there.</exception>
    public async Task<EventView> SaveAsync(
        ulong userId,
        long? id,
        EventFields fields,
        CancellationToken cancellationToken
    )
    {
        var (saved, term) = await ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                var saved = id is { } old ? await FindAsync(db, term, old, token) : await NewAsync(db, term, token);
                fields.ApplyTo(saved, term);
                saved.UpdatedAt = clock.MicrosNow();
                return saved;
            },
            fields.ReplaceConflicts ?? false,
            cancellationToken
        );
        return EventView.Of(saved, term);
    }

    /// <summary>
    /// For other modules, whose calls may be repeated: an event of the same title and times is the one that was meant.
    /// </summary>
    /// <exception cref="RefusedException">As <see cref="SaveAsync"/>.</exception>
    public async Task<EventView> MakeOnceAsync(ulong userId, EventFields fields, CancellationToken cancellationToken)
    {
        var (made, term) = await ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                var wanted = Wanted(fields, term);
                var own = await OfTerm(db, term).Where(c => c.Name == wanted.Name).ToListAsync(token);
                if (own.Find(c => Time(c) == Time(wanted)) is { } there)
                    return there;
                var made = await NewAsync(db, term, token);
                fields.ApplyTo(made, term);
                made.UpdatedAt = made.CreatedAt;
                return made;
            },
            replace: false,
            cancellationToken
        );
        return EventView.Of(made, term);
    }

    /// <summary>Decides whether the event could be made, and makes nothing.</summary>
    /// <exception cref="RefusedException">As <see cref="SaveAsync"/>.</exception>
    public async Task<EventView> TryAsync(ulong userId, EventFields fields, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        var wanted = Wanted(fields, term);
        var state = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        Occurrence[] mine = [.. new Timetable(state.Calendar, [wanted]).Occurrences()];
        EventClash.Refuse(
            [.. EventClash.Of(state.Occurrences.Concat(mine)).Where(c => c.Event.Course == wanted)],
            wanted.Id,
            replace: false
        );
        var study = state.Placements.Where(p => mine.Any(o => TermState.TimeOf(o).At.Overlaps(p.At))).ToArray();
        if (study.Length > 0)
            throw GiveWay.Refuse([.. study.Select(p => Conflict.WithPlacement(p, state.TitleOf(p.Subject)))]);
        return EventView.Of(wanted, term);
    }

    private static (LessonTime, int?, int?) Time(Course one) =>
        (LessonTime.Of(one.Arrangements[0]), one.Arrangements[0].StartsMinute, one.Arrangements[0].EndsMinute);

    private static Course Wanted(EventFields fields, Term term)
    {
        var wanted = new Course
        {
            Kind = CourseKind.Event,
            UserId = term.UserId,
            TermId = term.Id,
            Name = "",
            Teacher = "",
            Place = "",
        };
        fields.ApplyTo(wanted, term);
        return wanted;
    }

    /// <summary>The event does not take place on one of its dates; without any left it goes.</summary>
    /// <exception cref="RefusedException">not_found: no such event, or not on that date.</exception>
    public Task CancelAsync(ulong userId, long id, DateOnly date, CancellationToken cancellationToken) =>
        ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                var found = await FindAsync(db, term, id, token);
                var time = found.Arrangements[0];
                if (
                    new TermCalendar(term).SlotDayOf(date) is not { } day
                    || day.Day != time.Day
                    || !WeekMask.Has(time.Weeks, day.Week)
                )
                    throw RefusedException.NotFound("date of that event");
                time.Weeks &= ~WeekMask.Of([day.Week]);
                found.UpdatedAt = clock.MicrosNow();
                if (time.Weeks == 0)
                    db.Courses.Remove(found);
                return found;
            },
            replace: false,
            cancellationToken
        );

    public static async Task<Course> FindAsync(PlannerDb db, Term term, long id, CancellationToken cancellationToken) =>
        await OfTerm(db, term).FirstOrDefaultAsync(c => c.Id == id, cancellationToken)
        ?? throw RefusedException.NotFound("event");

    public static IQueryable<Course> OfTerm(PlannerDb db, Term term) =>
        ListCourses.Everything(db, term).Where(c => c.Kind == CourseKind.Event);

    private Task<(Course Changed, Term Term)> ChangeAsync(
        ulong userId,
        Func<PlannerDb, Term, CancellationToken, Task<Course>> change,
        bool replace,
        CancellationToken cancellationToken
    ) =>
        terms.ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                var moved = await MovedCourses.BeforeAsync(db, term, clock.GetUtcNow(), token);
                var before = await StudyAfterCourses.ConflictsAsync(db, term, token);
                var changed = await change(db, term, token);
                await db.SaveChangesAsync(token);
                await StudyAfterCourses.FitAsync(db, term, before, replace, changed.Id, token);
                await moved.TellAsync(db, term, token);
                return (changed, term);
            },
            cancellationToken
        );

    private async Task<Course> NewAsync(PlannerDb db, Term term, CancellationToken cancellationToken)
    {
        if (await OfTerm(db, term).CountAsync(cancellationToken) >= EventsMax)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"A term has at most {EventsMax} events.",
                extensions: new Dictionary<string, object?> { ["rule"] = "events_max", ["max"] = EventsMax }
            );
        var made = new Course
        {
            Kind = CourseKind.Event,
            UserId = term.UserId,
            TermId = term.Id,
            Name = "",
            Teacher = "",
            Place = "",
            CreatedAt = clock.MicrosNow(),
        };
        db.Courses.Add(made);
        return made;
    }
}
