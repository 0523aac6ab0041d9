using NodaTime;
using SmartFlow.Planner.QuickTasks.Repeating;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>What kind of phrase was found.</summary>
internal enum Sort
{
    /// <summary>A day that needs no other word: 12月4日, tomorrow.</summary>
    Day,

    /// <summary>4号, the 15th: beside a weekday the next such day that is one.</summary>
    DayOfMonth,

    /// <summary>两周后: beside a weekday that of its week.</summary>
    Later,

    /// <summary>周五: beside a day it only confirms it.</summary>
    Weekday,

    /// <summary>下周, next month: beside a weekday or a day it says which one, alone its end.</summary>
    Period,

    /// <summary>18:00, 5pm.</summary>
    Clock,

    /// <summary>晚上, in the morning.</summary>
    Part,

    /// <summary>"a week from" before a day, "week" behind it.</summary>
    Shift,

    /// <summary>"in 2 hours": from now, by the clock.</summary>
    Elapsed,

    /// <summary>2026-12-04T18:00+08:00.</summary>
    Stamp,
}

/// <summary>A phrase of time. Which of the values it has depends on <see cref="Sort"/>.</summary>
internal readonly record struct Hit(Sort Sort, double Confidence)
{
    public Span Span { get; init; }

    public LocalDate Date { get; init; }

    public DayPart Part { get; init; }

    /// <summary>As written.</summary>
    public int? Hour { get; init; }

    public int Minute { get; init; }

    /// <summary>A number that is an hour only beside a day: 写三点总结 is no time.</summary>
    public bool Bare { get; init; }

    /// <summary>A month and a day whose year nobody said.</summary>
    public bool Yearless { get; init; }

    /// <summary>Tomorrow and the like: after midnight people may mean today.</summary>
    public bool Named { get; init; }

    public Amount Amount { get; init; }

    public Instant At { get; init; }

    /// <summary>The day is the first of these.</summary>
    public RepeatRule? Repeat { get; init; }

    public bool IsDay => Sort is Sort.Day or Sort.Weekday or Sort.DayOfMonth or Sort.Later or Sort.Period;

    public static Hit? Day(LocalDate? date, double confidence, Sort sort = Sort.Day) =>
        date is { } day ? new Hit(sort, confidence) { Date = day } : null;
}

/// <summary>So many months, days and seconds.</summary>
internal readonly record struct Amount(int Months, int Days, long Seconds)
{
    public LocalDate From(LocalDate date) => Calendar.Within(date.PlusMonths(Months).PlusDays(Days));

    public static Amount operator -(Amount amount) => new(-amount.Months, -amount.Days, -amount.Seconds);
}

/// <summary>Where something stands in a text.</summary>
internal readonly record struct Span(int Start, int Length)
{
    public int End => Start + Length;

    public bool Overlaps(Span other) => Start < other.End && other.Start < End;
}
