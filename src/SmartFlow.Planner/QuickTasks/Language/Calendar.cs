using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>Days from the words for them. Weeks begin on Monday; a date that does not exist is no date.</summary>
internal static class Calendar
{
    /// <summary>Dates of these years are instants in every time zone.</summary>
    public const int FirstYear = 2;

    public const int LastYear = 9998;

    private const double Sure = 0.9;
    private const double Unsure = 0.6;
    private const double Past = 0.3;
    private const string MonthNames = "janfebmaraprmayjunjulaugsepoctnovdec";
    private const string DayNames = "montuewedthufrisatsun";

    public static DateHit? Of(int year, int month, int day, double confidence) =>
        month is >= 1 and <= 12 && day >= 1 && year is >= FirstYear and <= LastYear
            && day <= CalendarSystem.Iso.GetDaysInMonth(year, month)
            ? new DateHit(default, new LocalDate(year, month, day), confidence)
            : null;

    /// <summary>Without a year: the next such day, today included.</summary>
    public static DateHit? MonthDay(int? year, int month, int day, LocalDate today)
    {
        if (year is { } named) return Of(named, month, day, 0.95);
        if (Of(today.Year, month, day, 0.95) is { } hit && hit.Date >= today) return hit;
        return Of(today.Year + 1, month, day, 0.85);
    }

    public static DateHit? MonthEnd(LocalDate today, int monthsOn)
    {
        var month = today.PlusMonths(monthsOn);
        return Of(month.Year, month.Month, CalendarSystem.Iso.GetDaysInMonth(month.Year, month.Month), Sure);
    }

    /// <summary>The end of a month by its number: this year's, or next year's where that is past.</summary>
    public static DateHit? MonthEnd(int month, LocalDate today)
    {
        if (month is < 1 or > 12) return null;
        var year = month < today.Month ? today.Year + 1 : today.Year;
        return Of(year, month, CalendarSystem.Iso.GetDaysInMonth(year, month), Sure);
    }

    /// <summary>Without a month: this month's, or next month's where that is past.</summary>
    public static DateHit? DayOfMonth(int day, LocalDate today, bool next, bool thisMonth)
    {
        var month = next ? today.PlusMonths(1) : today;
        var hit = Of(month.Year, month.Month, day, Sure);
        if (next || thisMonth || hit?.Date >= today) return hit;
        month = today.PlusMonths(1);
        return Of(month.Year, month.Month, day, 0.75);
    }

    /// <summary>下周五: the Friday of next week. 这周五: of this week, even if past. 周五: the nearest, today included.</summary>
    public static DateHit? Weekday(int day, int weeksOn, bool thisWeek, LocalDate today)
    {
        if (day == 0) return null;
        var monday = today.PlusDays(1 - (int)today.DayOfWeek);
        var date = monday.PlusDays(weeksOn * 7 + day - 1);
        if (weeksOn > 0) return new DateHit(default, date, Sure);
        if (thisWeek) return new DateHit(default, date, date < today ? Past : Sure);
        if (date < today) date = date.PlusWeeks(1);
        return new DateHit(default, date, date == today ? Unsure : Sure);
    }

    public static int ChineseDay(string word) => word switch
    {
        "日" or "天" => 7,
        _ => Numbers.Read(word) ?? 0,
    };

    public static int EnglishDay(string word) => DayNames.IndexOf(word[..3].ToLowerInvariant(), StringComparison.Ordinal) / 3 + 1;

    public static int Month(string word) => MonthNames.IndexOf(word[..3].ToLowerInvariant(), StringComparison.Ordinal) / 3 + 1;

    /// <summary>Days from today.</summary>
    public static int NamedDay(string word)
    {
        var lower = word.ToLowerInvariant();
        if (lower == "大后天") return 3;
        if (lower[0] is '后' or '後' || lower.Contains("after", StringComparison.Ordinal)) return 2;
        return lower[0] == '明' || lower.StartsWith("tomorrow", StringComparison.Ordinal) || lower.StartsWith("tmr", StringComparison.Ordinal) ? 1 : 0;
    }
}
