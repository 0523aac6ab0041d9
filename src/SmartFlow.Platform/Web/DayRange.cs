using System.Globalization;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Whole days of a reader's clock, which is so many whole hours from UTC all the time: what is kept by the hour adds up
/// to them.
/// </summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="OffsetHours">Of the clock from UTC.</param>
public readonly record struct DayRange(DateOnly From, DateOnly To, int OffsetHours)
{
    /// <summary>The most days of a range.</summary>
    public const int MaxDays = 366;

    private const int HoursOfDay = 24;
    private const int MinutesOfHour = 60;
    private const int MaxOffsetHours = 14;

    /// <param name="from">yyyy-MM-dd; empty: 29 days before the last day.</param>
    /// <param name="to">yyyy-MM-dd; empty: today.</param>
    /// <param name="offsetMinutes">Null: UTC.</param>
    /// <param name="now">For today.</param>
    /// <exception cref="Errors.RefusedException">invalid_argument naming each field that is wrong.</exception>
    public static DayRange Of(string? from, string? to, int? offsetMinutes, DateTimeOffset now)
    {
        var minutes = offsetMinutes ?? 0;
        var errors = new FieldErrors().Require(
            Math.Abs((long)minutes) <= MaxOffsetHours * MinutesOfHour && minutes % MinutesOfHour == 0,
            "utc_offset_minutes",
            "must be whole hours, at most 14"
        );
        errors.Throw("No range of days looks like this.");
        var hours = minutes / MinutesOfHour;
        var today = DateOnly.FromDateTime(now.UtcDateTime.AddHours(hours));
        var last = Day(to, today);
        var first = Day(from, (last ?? today).AddDays(-29));
        errors
            .Require(last is not null, "to", "must be a day like 2026-11-30")
            .Require(first is not null, "from", "must be a day like 2026-11-30");
        if (first is { } begin && last is { } end)
            errors
                .Require(begin <= end, "to", "must not be before from")
                .Require(
                    end.DayNumber - begin.DayNumber < MaxDays,
                    "from",
                    $"must be at most {MaxDays - 1} days before to"
                );
        errors.Throw("No range of days looks like this.");
        return new DayRange(first!.Value, last!.Value, hours);
    }

    /// <summary>The first hour since 1970 in UTC.</summary>
    public long FirstHour => HourOf(From);

    /// <summary>The last hour.</summary>
    public long LastHour => HourOf(To.AddDays(1)) - 1;

    /// <summary>When it begins.</summary>
    public DateTimeOffset Begin => DateTimeOffset.UnixEpoch.AddHours(FirstHour);

    /// <summary>When it is over.</summary>
    public DateTimeOffset End => DateTimeOffset.UnixEpoch.AddHours(LastHour + 1);

    /// <summary>How many days.</summary>
    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>Years that neither clock nor database takes.</summary>
    private static DateOnly? Day(string? text, DateOnly otherwise) =>
        string.IsNullOrEmpty(text) ? otherwise
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is >= 2000 and < 3000
            ? day
        : null;

    private long HourOf(DateOnly day) =>
        ((long)(day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * HoursOfDay) - OffsetHours;
}
