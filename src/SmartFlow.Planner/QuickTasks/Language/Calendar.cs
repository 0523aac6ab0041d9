using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>Days from the words for them. Weeks begin on Monday; a date that does not exist is no date.</summary>
internal static class Calendar
{
    /// <summary>Dates of these years are instants in every time zone.</summary>
    public const int FirstYear = 2;

    public const int LastYear = 9998;

    private const string MonthNames = "janfebmaraprmayjunjulaugsepoctnovdec";
    private const string DayNames = "montuewedthufrisatsun";

    public static LocalDate? Of(int year, int month, int day) =>
        month is >= 1 and <= 12
        && day >= 1
        && year is >= FirstYear and <= LastYear
        && day <= CalendarSystem.Iso.GetDaysInMonth(year, month)
            ? new LocalDate(year, month, day)
            : null;

    public static LocalDate Within(LocalDate date) =>
        date.Year is >= FirstYear and <= LastYear
            ? date
            : new LocalDate(date.Year < FirstYear ? FirstYear : LastYear, 12, 31);

    /// <summary>Without a year: the next such day, today included; 29 February waits for a leap year.</summary>
    public static LocalDate? MonthDay(int? year, int month, int day, LocalDate today)
    {
        if (year is { } named)
            return Of(named, month, day);
        for (var y = today.Year; y <= today.Year + 8; y++)
            if (Of(y, month, day) is { } date && date >= today)
                return date;
        return null;
    }

    /// <summary>Two numbers with a slash or dash: month and day, the other way round where only that exists.</summary>
    public static LocalDate? TwoNumbers(int? year, int a, int b, LocalDate today) =>
        MonthDay(year, a, b, today) ?? MonthDay(year, b, a, today);

    /// <summary>17 is 2017, 87 is 1987.</summary>
    public static int? Year(string digits) =>
        Numbers.Read(digits.TrimStart('\'')) switch
        {
            { } year when digits.TrimStart('\'').Length == 2 && year < 100 => year < 40 ? 2000 + year : 1900 + year,
            { } buddhist when buddhist is > 2500 and < 2700 => buddhist - 543,
            var year => year,
        };

    /// <summary>A month by its number: this year's, or next year's where that is past.</summary>
    public static LocalDate? NextMonth(int month, LocalDate today) =>
        Of(month < today.Month ? today.Year + 1 : today.Year, month, 1);

    /// <summary>
    /// The last day (from 1) of a stretch of the month: 5 for its beginning, 20 for its middle; 31 is its end.
    /// </summary>
    public static LocalDate? InMonth(LocalDate? month, int day) =>
        month is { } m ? Of(m.Year, m.Month, Math.Min(day, CalendarSystem.Iso.GetDaysInMonth(m.Year, m.Month))) : null;

    /// <summary>Without a month: this month's, or the next month's that has such a day where that is past.</summary>
    public static LocalDate? DayOfMonth(int day, LocalDate today)
    {
        for (var on = 0; on < 3; on++)
            if (today.PlusMonths(on) is var month && Of(month.Year, month.Month, day) is { } date && date >= today)
                return date;
        return null;
    }

    /// <summary>The next such day of a month that is a weekday: Monday the 21st.</summary>
    public static LocalDate? DayOfMonth(int day, IsoDayOfWeek weekday, LocalDate today)
    {
        for (var on = 0; on < 24; on++)
            if (
                today.PlusMonths(on) is var month
                && Of(month.Year, month.Month, day) is { } date
                && date >= today
                && date.DayOfWeek == weekday
            )
                return date;
        return null;
    }

    /// <summary>下周五: the Friday of next week. 周五: the nearest, today included.</summary>
    public static LocalDate Weekday(int day, int weeksOn, LocalDate today) => InWeek(day, today.PlusWeeks(weeksOn));

    public static LocalDate InWeek(int day, LocalDate week) => Within(week.PlusDays(day - (int)week.DayOfWeek));

    /// <summary>Today or later.</summary>
    public static LocalDate Coming(int day, LocalDate today)
    {
        var date = InWeek(day, today);
        return date >= today ? date : Within(date.PlusWeeks(1));
    }

    /// <summary>The first, second … or last (-1) such weekday of a month.</summary>
    public static LocalDate? Nth(int year, int month, int nth, int weekday)
    {
        if (Of(year, month, 1) is not { } first)
            return null;
        var date = Coming(weekday, first).PlusWeeks(Math.Max(nth, 1) - 1);
        if (nth < 0)
            while (date.PlusWeeks(1).Month == month)
                date = date.PlusWeeks(1);
        return date.Month == month ? date : null;
    }

    /// <summary>Mondays to Fridays; public holidays are not known.</summary>
    public static LocalDate WorkingDays(LocalDate from, int count)
    {
        for (var left = Math.Min(count, 1_000); left > 0; from = from.PlusDays(1))
            if (from.PlusDays(1).DayOfWeek is not (IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday))
                left--;
        return Within(from);
    }

    public static int ChineseDay(string word) =>
        word switch
        {
            "日" or "天" or "末" => 7,
            _ => Numbers.Read(word) ?? 0,
        };

    public static int EnglishDay(string word) => DayNames.IndexOf(word[..3], StringComparison.Ordinal) / 3 + 1;

    public static int Month(string word) => MonthNames.IndexOf(word[..3], StringComparison.Ordinal) / 3 + 1;
}
