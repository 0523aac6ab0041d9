using System.Text.RegularExpressions;
using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>Phrases that are a day. The text is in lower case, in simplified characters, its figures ASCII.</summary>
internal static partial class Dates
{
    private const double Certain = 0.95;
    private const double Sure = 0.9;

    // Two readings are usual, or the words leave days open: the first of them, doubted.
    private const double Open = 0.6;

    // The order decides only between phrases of one length.
    public static readonly (Regex Pattern, Func<Match, LocalDate, Hit?> Read)[] Rules =
    [
        (Iso(), (m, _) =>
            Day(
                Calendar.Of(Int(m, "y"), Int(m, "m"), Int(m, "d"))
                    ?? Calendar.Of(Int(m, "y"), Int(m, "d"), Int(m, "m")),
                0.98
            )
        ),
        (YearMonthName(), (m, _) => Day(Calendar.Of(Int(m, "y"), Month(m), Int(m, "d")), Certain)),
        (YearLast(), ReadYearLast),
        (TwoNumbers(), ReadTwoNumbers),
        (ChineseMonthDay(), (m, today) => MonthDay(m, ChineseMonth(m), today)),
        (LunarDay(), ReadLunar),
        (MonthNameDay(), (m, today) => MonthDay(m, Month(m), today)),
        (MonthNameLastDay(), (m, today) => MonthDay(m, Month(m), today)),
        (DayMonthName(), (m, today) => MonthDay(m, Month(m), today)),
        (NthWeekday(), ReadNth),
        (PartOfMonth(), ReadPartOfMonth),
        (PartOfYear(), (m, today) =>
            Day(
                Calendar.Of(YearOf(m, today) ?? today.Year, m.Groups["start"].Success ? 1 : 12, 31),
                m.Groups["start"].Success ? Open : 0.85
            )
        ),
        (DayOfMonth(), ReadDayOfMonth),
        (Weekend(), (m, today) => Day(Calendar.Weekday(7, On(m), today), Open)),
        (ChineseWeekday(), (m, today) => ReadWeekday(m, Calendar.ChineseDay(m.Groups["d"].Value), today)),
        (EnglishWeekday(), (m, today) => ReadWeekday(m, Calendar.EnglishDay(m.Groups["d"].Value), today)),
        (SeveralWeekdays(), (m, today) =>
            Day(
                Calendar.Coming(Calendar.EnglishDay(m.Groups["d"].Value), today.PlusDays(1)).PlusWeeks(Int(m, "n") - 1),
                0.8
            )
        ),
        (WholeWeek(), (m, today) => Day(Calendar.Weekday(7, On(m), today), Open, Sort.Period)),
        (NamedDay(), ReadNamed),
        (Holidays.Pattern, Holidays.Read),
        (ChineseLater(), ReadLater),
        (EnglishLater(), ReadLater),
        (ChineseShift(), ReadShift),
        (EnglishShift(), ReadShift),
    ];

    private static Hit? Day(LocalDate? date, double confidence, Sort sort = Sort.Day) =>
        Hit.Day(date, confidence, sort);

    private static Hit? MonthDay(Match match, int month, LocalDate today)
    {
        var year = YearOf(match, today);
        return Calendar.MonthDay(year, month, Int(match, "d"), today) is { } date
            ? new Hit(Sort.Day, Certain) { Date = date, Yearless = year is null }
            : null;
    }

    /// <summary>
    /// 12/15/2026 as in America, 15/12/2026 where that is no date; Chinese and doubtful ones: the day first.
    /// </summary>
    private static Hit? ReadYearLast(Match match, LocalDate today)
    {
        var (a, b, last) = (Int(match, "a"), Int(match, "b"), match.Groups["y"].Value);
        if (
            last.Length == 2
            && (a > 12 || match.Groups["a"].Length == 2)
            && Numbers.Read(last) is <= 12 and var day
            && b <= 12
            && match.Groups["han"].Success
        )
            return Day(Calendar.Of(2000 + a, b, day), Open);
        if (last.Length == 1)
            return Day(Calendar.Of(2000 + a, b, Int(match, "y")), Open);
        var year = Calendar.Year(last);
        var two = a <= 12 && b <= 12 && a != b;
        var date =
            match.Groups["han"].Success && two
                ? Calendar.TwoNumbers(year, b, a, today)
                : Calendar.TwoNumbers(year, a, b, today);
        return Day(date, two ? Open + 0.05 : Sure);
    }

    /// <summary>
    /// A fraction, a score and a span of chapters look like dates: what cannot be one of those is surer.
    /// </summary>
    private static Hit? ReadTwoNumbers(Match match, LocalDate today)
    {
        var (a, b) = (Int(match, "a"), Int(match, "b"));
        var marked = match.Groups["mark"].Success;
        if (!marked && match.Groups["s"].Value == "." || a > 12 && b > 12)
            return null;
        if (match.Groups["of"].Success && a < b && b <= 12)
            return null;
        return Day(
            Calendar.TwoNumbers(null, a, b, today),
            marked || match.Groups["s"].Value == "/" || b > 12 || match.Groups["b"].Length == 2 ? Sure : Open
        );
    }

    private static Hit? ReadLunar(Match match, LocalDate today)
    {
        var (month, day) = (ChineseMonth(match), Int(match, "d"));
        if (month == 0)
            return null;
        return Day(
            YearOf(match, today) is { } year ? Holidays.Lunar(year, month, day) : Holidays.LunarNext(month, day, today),
            0.85
        );
    }

    private static Hit? ReadNth(Match match, LocalDate today)
    {
        var nth = match.Groups["last"].Success ? -1 : Int(match, "n");
        var weekday = match.Groups["zd"].Success
            ? Calendar.ChineseDay(match.Groups["zd"].Value)
            : Calendar.EnglishDay(match.Groups["d"].Value);
        var month = today.PlusMonths(On(match));
        if (!match.Groups["m"].Success)
            return Day(Calendar.Nth(month.Year, month.Month, nth, weekday), Sure);
        var named = match.Groups["zd"].Success ? Int(match, "m") : Month(match);
        var year = YearOf(match, today);
        var date = Calendar.Nth(year ?? today.Year, named, nth, weekday);
        return Day(year is null && date < today ? Calendar.Nth(today.Year + 1, named, nth, weekday) : date, Sure);
    }

    private static Hit? ReadPartOfMonth(Match match, LocalDate today)
    {
        var month = match.Groups["m"].Success
            ? Calendar.NextMonth(char.IsAsciiLetter(match.Groups["m"].Value[0]) ? Month(match) : Int(match, "m"), today)
            : Calendar.Within(today.PlusMonths(On(match)));
        if (YearOf(match, today) is { } year)
            month = month is { } m ? Calendar.Of(year, m.Month, 1) : null;
        return match switch
        {
            _ when match.Groups["end"].Success => Day(Calendar.InMonth(month, 31), Sure),
            _ when match.Groups["start"].Success => Day(
                Calendar.InMonth(month, match.Groups["start"].Value is "上旬" ? 10 : 5),
                Open
            ),
            _ when match.Groups["mid"].Success => Day(
                Calendar.InMonth(month, match.Groups["mid"].Value is "中旬" ? 20 : 15),
                Open
            ),
            _ => Day(Calendar.InMonth(month, 31), Open, Sort.Period),
        };
    }

    private static Hit? ReadDayOfMonth(Match match, LocalDate today)
    {
        var day = Int(match, "d");
        if (day is 0 or > 31)
            return null;
        var next = On(match);
        if (next == 0 && !match.Groups["this"].Success)
            return Day(Calendar.DayOfMonth(day, today), Sure, Sort.DayOfMonth);
        var month = today.PlusMonths(next);
        return Day(Calendar.Of(month.Year, month.Month, day), Sure);
    }

    /// <summary>"This Monday" that is past is next week's, and doubted; so is a weekday that is today's.</summary>
    private static Hit? ReadWeekday(Match match, int day, LocalDate today)
    {
        if (day == 0)
            return null;
        if (match.Groups["next"].Success)
            return Day(Calendar.Weekday(day, On(match), today), Sure, Sort.Weekday);
        if (match.Groups["coming"].Success)
            return Day(Calendar.Coming(day, today.PlusDays(1)), Sure, Sort.Weekday);
        var date = Calendar.Coming(day, today);
        if (
            match.Groups["this"].Success
            && match.Groups["zh"].Success
            && date.PlusWeeks(-1) is var past
            && Calendar.InWeek(day, today) == past
        )
            return Day(past, 0.3, Sort.Weekday);
        var late = match.Groups["this"].Success && date > Calendar.InWeek(7, today) && (int)today.DayOfWeek < 6;
        return Day(date, late || date == today ? Open : Sure, Sort.Weekday);
    }

    private static Hit? ReadNamed(Match match, LocalDate today)
    {
        var days =
            match.Groups["ony"].Success ? -1
            : match.Groups["on0"].Success ? 0
            : match.Groups["on1"].Success ? 1
            : match.Groups["on2"].Success ? 2
            : match.Groups["on3"].Success ? 3
            : 4;
        var night = match.Groups["night"].Success;
        return new Hit(Sort.Day, night ? 0.8 : Certain)
        {
            Date = Calendar.Within(today.PlusDays(days)),
            Part = night ? DayPart.Evening : DayPart.None,
            Named = days > 0,
        };
    }

    private static Hit? ReadLater(Match match, LocalDate today)
    {
        if (Amounts.Read(match) is not { } amount)
            return null;
        var confidence = Amounts.IsVague(match) ? Open : Sure;
        if (Amounts.IsOfWork(match))
            return Day(Calendar.WorkingDays(today, amount.Days), Sure, Sort.Later);
        return amount.Seconds == 0
            ? new Hit(Sort.Later, confidence) { Date = amount.From(today), Amount = amount }
            : new Hit(Sort.Elapsed, confidence) { Amount = amount };
    }

    private static Hit? ReadShift(Match match, LocalDate today)
    {
        if (Amounts.Read(match) is not { Seconds: 0 } amount)
            return null;
        return new Hit(Sort.Shift, match.Groups["doubt"].Success ? Open : Sure)
        {
            Amount = match.Groups["before"].Success ? -amount : amount,
        };
    }

    private static int On(Match match) =>
        match.Groups["next"].Value switch
        {
            "" => 0,
            var word => word[0] switch
            {
                '下' => word.Count(c => c == '下'),
                'a' => 2,
                _ => 1,
            },
        };

    private static int Int(Match match, string group) => Numbers.Read(match.Groups[group].Value) ?? 0;

    private static int Month(Match match) => Calendar.Month(match.Groups["m"].Value);

    private static int ChineseMonth(Match match) =>
        match.Groups["m"].Value switch
        {
            "正" => 1,
            "冬" => 11,
            "腊" => 12,
            _ => Int(match, "m"),
        };

    private static int? YearOf(Match match, LocalDate today) =>
        match.Groups["y"].Value switch
        {
            "" => null,
            "今" or "this" => today.Year,
            "明" or "next" => today.Year + 1,
            "后" => today.Year + 2,
            var digits => Calendar.Year(digits),
        };
}
