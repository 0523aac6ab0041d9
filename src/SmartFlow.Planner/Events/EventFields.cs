using System.Globalization;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Events;

/// <summary>How often an event takes place.</summary>
internal enum EventRepeat
{
    Once,
    Weekly,

    /// <summary>Every other week.</summary>
    Biweekly,
}

/// <summary>What a person says about an event; what is absent stays.</summary>
/// <param name="Date">The first day; from there on repeat, until and until_week say which follow.</param>
/// <param name="Repeat">Absent: once.</param>
/// <param name="Until">The last day on which it may take place; absent, or later than the term: to the end of the
/// term.</param>
/// <param name="UntilWeek">The same as a week of the term.</param>
/// <param name="SectionFrom">Either sections or starts and ends.</param>
/// <param name="SectionTo">Inclusive; absent: section_from alone.</param>
/// <param name="Starts">Local time as 18:00; the event owns every section that its time touches. One that touches none
/// stands between two: section_from is then the next section and section_to the one before it.</param>
/// <param name="Ends">Later than starts.</param>
/// <param name="ReplaceConflicts">Study blocks in the way lose their place; courses and other events never do.</param>
internal sealed record EventFields(
    string? Title,
    string? Place,
    string? Note,
    DateOnly? Date,
    EventRepeat? Repeat,
    DateOnly? Until,
    int? UntilWeek,
    int? SectionFrom,
    int? SectionTo,
    string? Starts,
    string? Ends,
    bool? ReplaceConflicts
)
{
    private const int TextMax = 100;
    private const int NoteMax = 500;
    private const string Format = "HH:mm";

    private bool HasSections => SectionFrom is not null || SectionTo is not null;

    private bool HasTimes => Starts is not null || Ends is not null;

    /// <summary>Pure: changes the event.</summary>
    /// <exception cref="RefusedException">invalid_argument with every reason by field.</exception>
    public void ApplyTo(Course to, Term term)
    {
        var isNew = to.Arrangements.Count == 0;
        to.Name = (Title ?? to.Name).Trim();
        to.Place = (Place ?? to.Place).Trim();
        if (Note is not null)
            to.Note = string.IsNullOrWhiteSpace(Note) ? null : Note.Trim();
        var errors = new FieldErrors()
            .Text("title", to.Name, 1, TextMax)
            .Text("place", to.Place, 0, TextMax)
            .Text("note", to.Note ?? "", 0, NoteMax)
            .Require(!to.Name.Contains('\n'), "title", "must not contain line breaks")
            .Require(!to.Place.Contains('\n'), "place", "must not contain line breaks");
        var time = isNew ? new Arrangement { UserId = term.UserId, TermId = term.Id } : to.Arrangements[0];
        if (isNew || Date is not null || Repeat is not null || Until is not null || UntilWeek is not null)
            SetDates(time, term, errors);
        if (isNew || HasSections || HasTimes)
            SetTimes(time, term, errors);
        errors.Throw("The event is not valid.");
        if (isNew)
            to.Arrangements.Add(time);
    }

    private void SetDates(Arrangement time, Term term, FieldErrors errors)
    {
        var calendar = new TermCalendar(term);
        var first = Date is { } date ? calendar.SlotDayOf(date) : null;
        errors
            .Require(Date is not null, "date", "is required")
            .Require(
                Date is null || first is not null,
                "date",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"must lie inside the term, from {term.FirstMonday:yyyy-MM-dd} to {term.LastDay:yyyy-MM-dd}"
                )
            )
            .Require(Until is null || UntilWeek is null, "until", "must not be sent with until_week")
            .Require(
                Repeat is EventRepeat.Weekly or EventRepeat.Biweekly || (Until is null && UntilWeek is null),
                "until",
                "is for events that repeat"
            )
            .Require(Until is null || Date is null || Until >= Date, "until", "must not be before date")
            .Require(
                UntilWeek is null || first is null || (UntilWeek >= first.Value.Week && UntilWeek <= term.Weeks),
                "until_week",
                $"must lie between the first week and {term.Weeks}"
            );
        if (first is not { } from)
            return;
        var step = Repeat switch
        {
            EventRepeat.Weekly => 1,
            EventRepeat.Biweekly => 2,
            _ => Term.WeeksMax,
        };
        var weeks = Enumerable
            .Range(from.Week, term.Weeks - from.Week + 1)
            .Where(w => (w - from.Week) % step == 0 && !(w > UntilWeek) && !(calendar.DateOf(w, from.Day) > Until));
        (time.Day, time.Weeks) = (from.Day, WeekMask.Of(weeks));
    }

    private void SetTimes(Arrangement time, Term term, FieldErrors errors)
    {
        errors
            .Require(HasSections || HasTimes, "section_from", "is required, or starts and ends")
            .Require(!HasSections || !HasTimes, "starts", "must not be sent with sections");
        if (HasTimes)
            SetHours(time, term, errors);
        else if (HasSections)
            SetSections(time, term, errors);
    }

    private void SetSections(Arrangement time, Term term, FieldErrors errors)
    {
        var count = term.SectionTimes.Count;
        var from = SectionFrom ?? 0;
        var to = SectionTo ?? from;
        errors.Range("section_from", from, 1, count).Range("section_to", to, Math.Max(1, from), count);
        (time.SectionFrom, time.SectionTo, time.StartsMinute, time.EndsMinute) = (from, to, null, null);
    }

    private void SetHours(Arrangement time, Term term, FieldErrors errors)
    {
        var (starts, ends) = (Read(Starts), Read(Ends));
        errors
            .Require(starts is not null, "starts", "must be a time like 18:00")
            .Require(ends is not null, "ends", "must be a time like 19:30")
            .Require(starts is null || ends is null || ends > starts, "ends", "must be later than starts");
        if (starts is not { } from || ends is not { } to || to <= from)
            return;
        (time.SectionFrom, time.SectionTo) = SectionsIn(term, from, to);
        (time.StartsMinute, time.EndsMinute) = (from, to);
    }

    /// <summary>
    /// The first and the last section that hours touch, in minutes after midnight. Hours that touch none lie between
    /// two: from the one after to the one before, which are 1 to 0 before the day's first and, with n sections, n + 1
    /// to n after its last.
    /// </summary>
    public static (int From, int To) SectionsIn(Term term, int starts, int ends) =>
        (
            term.SectionTimes.Count(t => Minute(t.Ends) <= starts) + 1,
            term.SectionTimes.Count(t => Minute(t.Starts) < ends)
        );

    private static int? Read(string? time) =>
        TimeOnly.TryParseExact(time, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
            ? Minute(read)
            : null;

    private static int Minute(TimeOnly time) => time.Hour * 60 + time.Minute;
}
