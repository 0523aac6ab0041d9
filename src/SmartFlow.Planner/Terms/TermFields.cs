using NodaTime;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Terms;

/// <summary>What a person says about a term; what is absent stays.</summary>
internal sealed record TermFields(
    string? Name,
    DateOnly? FirstMonday,
    int? Weeks,
    string? TimeZone,
    IReadOnlyList<SectionTimeView>? SectionTimes,
    IReadOnlyList<Holiday>? Holidays,
    IReadOnlyList<SwapDay>? SwapDays,
    bool? StudyOnHolidays
)
{
    private const int NameMax = 64;
    private const int DayNameMax = 32;
    private const int SwapsMax = 60;
    private static readonly TimeSpan ShortestSection = TimeSpan.FromMinutes(5);
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2100, 1, 1);

    /// <summary>Pure: changes the term.</summary>
    /// <exception cref="Platform.Errors.RefusedException">invalid_argument with every reason by field.</exception>
    public void ApplyTo(Term term)
    {
        term.Name = (Name ?? term.Name).Trim();
        term.FirstMonday = FirstMonday ?? term.FirstMonday;
        term.IsAssumed &= FirstMonday is null;
        term.Weeks = Weeks ?? term.Weeks;
        term.TimeZone = TimeZone ?? term.TimeZone;
        term.StudyOnHolidays = StudyOnHolidays ?? term.StudyOnHolidays;
        var errors = new FieldErrors();
        if (SectionTimes is not null && Hours(SectionTimes, errors) is { } hours)
            term.SectionTimes = hours;
        if (Holidays is not null || SwapDays is not null)
            term.DaysOff = new DaysOff(
                [.. (Holidays ?? term.DaysOff.Holidays).Select(Tidy).OrderBy(h => h.Date)],
                [.. (SwapDays ?? term.DaysOff.Swaps).OrderBy(s => s.Date)]
            );
        Check(term, errors);
        errors.Throw("The term is not valid.");
    }

    private static void Check(Term term, FieldErrors errors)
    {
        errors
            .Text("name", term.Name, 1, NameMax)
            .Require(!term.Name.Contains('\n'), "name", "must not contain line breaks")
            .Require(term.FirstMonday.DayOfWeek == DayOfWeek.Monday, "first_monday", "must be a Monday")
            .Require(
                term.FirstMonday >= Earliest && term.FirstMonday < Latest,
                "first_monday",
                "must lie between the years 2000 and 2100"
            )
            .Range("weeks", term.Weeks, 1, Term.WeeksMax)
            .Require(
                DateTimeZoneProviders.Tzdb.GetZoneOrNull(term.TimeZone) is not null,
                "time_zone",
                "must be an IANA time zone such as Asia/Shanghai"
            );
        CheckDays(term, errors);
    }

    private static void CheckDays(Term term, FieldErrors errors)
    {
        var (holidays, swaps) = (term.DaysOff.Holidays, term.DaysOff.Swaps);
        var off = holidays.Select(h => h.Date).ToHashSet();
        errors
            .Require(holidays.Count <= Term.WeeksMax * 7, "holidays", $"must be at most {Term.WeeksMax * 7}")
            .Require(off.Count == holidays.Count, "holidays", "must name each date once")
            .Require(
                holidays.All(h => h.Name is not { Length: > DayNameMax }),
                "holidays",
                $"names have at most {DayNameMax} characters"
            )
            .Require(
                holidays.All(h => h.Name?.Any(char.IsControl) != true),
                "holidays",
                "names must not contain control characters"
            )
            .Require(swaps.Count <= SwapsMax, "swap_days", $"must be at most {SwapsMax}")
            .Require(swaps.DistinctBy(s => s.Date).Count() == swaps.Count, "swap_days", "must name each date once")
            .Require(swaps.All(s => !off.Contains(s.Date)), "swap_days", "must not be holidays")
            .Require(swaps.All(s => s.Date != s.Follows), "swap_days", "must follow another date");
        if (term.Weeks is < 1 or > Term.WeeksMax || term.FirstMonday > Latest)
            return;
        errors
            .Require(off.All(Inside), "holidays", "must lie inside the term")
            .Require(
                swaps.All(s => Inside(s.Date) && Inside(s.Follows)),
                "swap_days",
                "must lie inside the term and follow a date inside it"
            );

        bool Inside(DateOnly date) => date >= term.FirstMonday && date <= term.LastDay;
    }

    private static SectionTime[]? Hours(IReadOnlyList<SectionTimeView> given, FieldErrors errors)
    {
        errors.Require(
            given.Count is >= 1 and <= Term.SectionsMax,
            "section_times",
            $"must be 1 to {Term.SectionsMax} sections"
        );
        SectionTime? before = null;
        foreach (var (index, view) in given.Take(Term.SectionsMax).Index())
        {
            var time = view.Read();
            errors
                .Require(time is not null, "section_times", $"section {index + 1} must have times like 08:00")
                .Require(
                    time is null || time.Ends.ToTimeSpan() - time.Starts.ToTimeSpan() >= ShortestSection,
                    "section_times",
                    $"section {index + 1} must end at least 5 minutes after it starts"
                )
                .Require(
                    time is null || before is null || time.Starts >= before.Ends,
                    "section_times",
                    $"section {index + 1} must not start before section {index} ends"
                );
            before = time;
        }
        var times = given.Select(v => v.Read()).OfType<SectionTime>().ToArray();
        return times.Length == given.Count && times.Length is >= 1 and <= Term.SectionsMax ? times : null;
    }

    private static Holiday Tidy(Holiday day) =>
        day with
        {
            Name = string.IsNullOrWhiteSpace(day.Name) ? null : day.Name.Trim(),
        };
}
