using System.Globalization;

namespace SmartFlow.Planner.Terms;

/// <summary>A term as its owner sees it; <c>id</c> null: the default, not saved yet.</summary>
/// <param name="IsAssumed">Nobody has said when it begins: an import asks which week it is.</param>
/// <param name="CurrentWeek">Null before and after the term.</param>
/// <param name="Version">Rises with every change of what stands in the term.</param>
internal sealed record TermView(
    long? Id,
    string Name,
    DateOnly FirstMonday,
    int Weeks,
    string TimeZone,
    IReadOnlyList<SectionTimeView> SectionTimes,
    IReadOnlyList<Holiday> Holidays,
    IReadOnlyList<SwapDay> SwapDays,
    bool StudyOnHolidays,
    bool IsCurrent,
    bool IsAssumed,
    int? CurrentWeek,
    DateOnly Today,
    long Version
)
{
    public static TermView Of(Term term, DateTimeOffset now)
    {
        var calendar = new TermCalendar(term);
        var today = calendar.DateAt(now);
        return new TermView(
            term.Id == 0 ? null : term.Id,
            term.Name,
            term.FirstMonday,
            term.Weeks,
            term.TimeZone,
            [.. term.SectionTimes.Select(SectionTimeView.Of)],
            term.DaysOff.Holidays,
            term.DaysOff.Swaps,
            term.StudyOnHolidays,
            term.IsCurrent,
            term.Id == 0 || term.IsAssumed,
            calendar.SlotDayOf(today)?.Week,
            today,
            term.ScheduleVersion
        );
    }
}

/// <summary>Local hours as 08:00.</summary>
internal sealed record SectionTimeView(string Starts, string Ends)
{
    private const string Format = "HH:mm";

    public static SectionTimeView Of(SectionTime time) => new(Clock(time.Starts), Clock(time.Ends));

    public static string Clock(TimeOnly time) => time.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>Null for what is no time of day.</summary>
    public SectionTime? Read() =>
        TimeOnly.TryParseExact(Starts, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var starts)
        && TimeOnly.TryParseExact(Ends, Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var ends)
            ? new SectionTime(starts, ends)
            : null;
}
