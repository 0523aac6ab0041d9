using System.Text.Json;
using NodaTime;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.QuickTasks.Repeating;

internal enum RepeatUnit
{
    Day,
    Week,
    Month,
}

/// <summary>On which days something repeats. Pure; days are counted from an anchor, the first of them.</summary>
/// <param name="Unit">What is counted.</param>
/// <param name="Every">1: each; 2: every other one; at most 12. Absent: 1.</param>
/// <param name="Days">Of a week: 1 (Monday) to 7, at least one.</param>
/// <param name="DayOfMonth">Of a month: 1 to 31; a month that is shorter has it on its last day.</param>
/// <param name="Until">The last day; absent: for ever.</param>
internal sealed record RepeatRule(
    RepeatUnit Unit,
    int? Every,
    IReadOnlyList<int>? Days,
    int? DayOfMonth,
    DateOnly? Until
)
{
    private const int EveryMax = 12;
    private const int WeekDays = 7;

    private int Step => Every ?? 1;

    public string Write() => JsonSerializer.Serialize(this, WebJson.Options);

    public static RepeatRule Read(string json) => JsonSerializer.Deserialize<RepeatRule>(json, WebJson.Options)!;

    /// <summary>What is wrong with it, by field.</summary>
    public IEnumerable<(string Field, string Reason)> Problems()
    {
        if (Every is < 1 or > EveryMax)
            yield return ("repeat.every", $"must be between 1 and {EveryMax}");
        if (
            Unit == RepeatUnit.Week
            && (
                Days is not { Count: > 0 and <= WeekDays }
                || Days.Any(d => d is < 1 or > WeekDays)
                || Days.Distinct().Count() != Days.Count
            )
        )
            yield return ("repeat.days", "must be weekdays from 1 to 7, each once");
        if (Unit != RepeatUnit.Week && Days is { Count: > 0 })
            yield return ("repeat.days", "is for weeks");
        if (Unit == RepeatUnit.Month && DayOfMonth is not (>= 1 and <= 31))
            yield return ("repeat.day_of_month", "must be between 1 and 31");
        if (Unit != RepeatUnit.Month && DayOfMonth is not null)
            yield return ("repeat.day_of_month", "is for months");
    }

    /// <summary>The first day from this one on, as an anchor.</summary>
    public LocalDate First(LocalDate from) =>
        (this with { Every = 1, Until = null }).Next(from, from.PlusDays(-1))!.Value;

    /// <summary>The first day after another one; null: it was the last.</summary>
    /// <param name="anchor">A day that it takes place on.</param>
    /// <param name="after">Not before the day before the anchor.</param>
    public LocalDate? Next(LocalDate anchor, LocalDate after)
    {
        var next = Unit switch
        {
            RepeatUnit.Day => InDays(anchor, after),
            RepeatUnit.Week => InWeeks(anchor, after),
            _ => InMonths(anchor, after),
        };
        return Until is { } until && next > LocalDate.FromDateOnly(until) ? null : next;
    }

    private LocalDate InDays(LocalDate anchor, LocalDate after)
    {
        if (after < anchor)
            return anchor;
        var passed = Period.DaysBetween(anchor, after) / Step;
        return anchor.PlusDays((passed + 1) * Step);
    }

    private LocalDate InWeeks(LocalDate anchor, LocalDate after)
    {
        var first = Monday(anchor);
        for (var date = after.PlusDays(1); ; date = date.PlusDays(1))
            if (
                Days!.Contains((int)date.DayOfWeek)
                && date >= anchor
                && Period.DaysBetween(first, Monday(date)) / WeekDays % Step == 0
            )
                return date;
    }

    private LocalDate InMonths(LocalDate anchor, LocalDate after)
    {
        var month = new LocalDate(anchor.Year, anchor.Month, 1);
        for (; ; month = month.PlusMonths(Step))
        {
            var date = month.PlusDays(
                Math.Min(DayOfMonth!.Value, month.Calendar.GetDaysInMonth(month.Year, month.Month)) - 1
            );
            if (date > after && date >= anchor)
                return date;
        }
    }

    private static LocalDate Monday(LocalDate date) => date.PlusDays(1 - (int)date.DayOfWeek);

    public bool Equals(RepeatRule? other) => other is not null && Write() == other.Write();

    public override int GetHashCode() => Write().GetHashCode(StringComparison.Ordinal);
}
