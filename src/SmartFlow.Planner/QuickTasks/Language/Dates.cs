using System.Text.RegularExpressions;
using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>A phrase that is a day; the time is one that the phrase itself implies (tonight).</summary>
internal readonly record struct DateHit(Span Span, LocalDate Date, double Confidence, LocalTime? Time = null);

/// <summary>Finds every day that a text names.</summary>
internal static partial class Dates
{
    private const int HitsMax = 16;

    /// <summary>The hits in the order of the text; where two overlap, the one of the earlier rule stays. A text of dates is cut short.</summary>
    public static IReadOnlyList<DateHit> Find(string text, LocalDate today)
    {
        List<DateHit> hits = [];
        foreach (var (pattern, read) in Rules)
            foreach (Match match in pattern.Matches(text))
            {
                if (hits.Count == HitsMax) break;
                var span = new Span(match.Index, match.Length);
                if (hits.Exists(h => h.Span.Overlaps(span))) continue;
                if (read(match, today) is { } hit) hits.Add(hit with { Span = span });
            }
        hits.Sort((a, b) => a.Span.Start.CompareTo(b.Span.Start));
        return hits;
    }

    /// <summary>The one with a deadline's word beside it (前, by, due), else the first.</summary>
    public static DateHit? Choose(string text, IReadOnlyList<DateHit> hits)
    {
        foreach (var hit in hits)
            if (Wording.MarksDeadline(text, hit.Span)) return hit;
        return hits.Count > 0 ? hits[0] : null;
    }

    // The order matters: the more particular phrase comes before the one that it contains.
    private static readonly (Regex Pattern, Func<Match, LocalDate, DateHit?> Read)[] Rules =
    [
        (Iso(), (m, _) => Calendar.Of(Int(m, "y"), Int(m, "m"), Int(m, "d"), 0.98)),
        (ChineseMonthDay(), (m, today) => Calendar.MonthDay(YearOf(m, today), Int(m, "m"), Int(m, "d"), today)),
        (EnglishMonthDay(), (m, today) => Calendar.MonthDay(YearOf(m, today), Calendar.Month(m.Groups["m"].Value), Int(m, "d"), today)),
        (EnglishDayMonth(), (m, today) => Calendar.MonthDay(YearOf(m, today), Calendar.Month(m.Groups["m"].Value), Int(m, "d"), today)),
        (NamedMonthEnd(), (m, today) => Calendar.MonthEnd(Int(m, "m"), today)),
        (MonthEnd(), (m, today) => Calendar.MonthEnd(today, m.Groups["next"].Success ? 1 : 0)),
        (YearEnd(), (_, today) => Calendar.Of(today.Year, 12, 31, 0.85)),
        (DayOfMonth(), (m, today) => Calendar.DayOfMonth(Int(m, "d"), today, m.Groups["next"].Success, m.Groups["this"].Success)),
        (EnglishDayOfMonth(), (m, today) => Calendar.DayOfMonth(Int(m, "d"), today, next: false, thisMonth: false)),
        (InDays(), Later),
        (EnglishInDays(), Later),
        (Weekend(), (m, today) => Calendar.Weekday(7, m.Groups["next"].Length, thisWeek: true, today)?.Because(0.6)),
        (ChineseWeekday(), (m, today) => Calendar.Weekday(
            Calendar.ChineseDay(m.Groups["d"].Value), m.Groups["next"].Length, m.Groups["this"].Success, today)),
        (EnglishWeekday(), (m, today) => Calendar.Weekday(
            Calendar.EnglishDay(m.Groups["d"].Value), m.Groups["next"].Success ? 1 : 0, m.Groups["this"].Success, today)),
        (Week(), (m, today) => Calendar.Weekday(7, m.Groups["next"].Length > 0 ? 1 : 0, thisWeek: true, today)?.Because(0.5)),
        (Tonight(), (_, today) => new DateHit(default, today, 0.8, Times.Evening)),
        (NamedDay(), (m, today) => new DateHit(default, today.PlusDays(Calendar.NamedDay(m.Value)), 0.95)),
    ];

    private static DateHit? Later(Match match, LocalDate today)
    {
        if (Numbers.Read(match.Groups["n"].Value) is not { } count) return null;
        var unit = match.Groups["u"].Value.ToLowerInvariant();
        var date = unit switch
        {
            "天" or "日" or "day" => today.PlusDays(count),
            "月" or "month" => today.PlusMonths(count),
            _ => today.PlusWeeks(count),
        };
        return new DateHit(default, date, 0.9);
    }

    private static DateHit Because(this DateHit hit, double confidence) =>
        hit with { Confidence = Math.Min(hit.Confidence, confidence) };

    private static int Int(Match match, string group) => Numbers.Read(match.Groups[group].Value) ?? YearOrNone(match, group);

    private static int YearOrNone(Match match, string group) =>
        int.TryParse(match.Groups[group].Value, out var number) ? number : 0;

    private static int? YearOf(Match match, LocalDate today) => match.Groups["y"].Value switch
    {
        "" => null,
        "今" => today.Year,
        "明" => today.Year + 1,
        var digits => int.Parse(digits),
    };
}
