using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore.Queries;

/// <summary>Hours during which the store's clock was so far ahead of UTC.</summary>
/// <param name="FromHour">The first one, since 1970 in UTC.</param>
/// <param name="ToHour">The last one.</param>
/// <param name="ShiftHours">Added to an hour before it is divided into buckets.</param>
internal readonly record struct ClockSpan(long FromHour, long ToHour, int ShiftHours);

/// <summary>
/// The time that a dashboard covers and its buckets. Pure. Roll-ups are kept by the hour, so a rolling window begins
/// with the whole hour in which it begins; buckets are aligned to the store's clock as it was then, so that a day is a
/// local day, also one of 23 or 25 hours. A zone that is off by a part of an hour is taken to the next whole one.
/// </summary>
/// <param name="FromHour">The first hour, since 1970 in UTC.</param>
/// <param name="ToHour">The last hour: now's.</param>
/// <param name="BucketHours">The width of a bucket.</param>
/// <param name="Spans">The whole window, in order.</param>
internal sealed record DashboardWindow(long FromHour, long ToHour, int BucketHours, IReadOnlyList<ClockSpan> Spans)
{
    public const int MaxPoints = 400;

    public static readonly string[] Periods = ["24h", "7d", "30d", "all"];

    private const int Day = 24;
    private const int Week = 7 * Day;

    /// <summary>1970-01-01 was a Thursday; with this shift weeks begin on Monday.</summary>
    private const int MondayShift = 3 * Day;

    /// <param name="firstHour">The first hour with a roll-up, for "all"; null: none.</param>
    /// <exception cref="RefusedException">invalid_argument: no such period.</exception>
    public static DashboardWindow Of(string period, DateTimeOffset now, TimeZoneInfo zone, long? firstHour)
    {
        var to = HourOf(now);
        return period switch
        {
            "24h" => In(zone, HourOf(now.AddHours(-Day)), to, 1),
            "7d" => In(zone, HourOf(now.AddHours(-Week)), to, 6),
            "30d" => In(zone, HourOf(now.AddHours(-30 * Day)), to, Day),
            "all" => All(zone, Math.Min(firstHour ?? to, to), to),
            _ => throw RefusedException.Field("period", $"must be one of {string.Join(", ", Periods)}"),
        };
    }

    public long FirstBucket => Bucket(FromHour);

    public long LastBucket => Bucket(ToHour);

    public long Bucket(long hour)
    {
        foreach (var span in Spans)
            if (hour <= span.ToHour)
                return (hour + span.ShiftHours) / BucketHours;
        return (hour + Spans[^1].ShiftHours) / BucketHours;
    }

    /// <summary>Its first hour. Where the clock was put forward over it, the first one after that.</summary>
    public DateTimeOffset StartOf(long bucket)
    {
        var local = bucket * BucketHours;
        for (var i = 0; ; i++)
        {
            var hour = local - Spans[i].ShiftHours;
            if (hour > Spans[i].ToHour && i < Spans.Count - 1)
                continue;
            return DateTimeOffset.UnixEpoch.AddHours(i == 0 ? hour : Math.Max(hour, Spans[i].FromHour));
        }
    }

    public static long HourOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 3600;

    /// <summary>Days, weeks, or as many weeks a bucket as it takes to stay below the limit of points.</summary>
    private static DashboardWindow All(TimeZoneInfo zone, long from, long to)
    {
        var days = In(zone, from, to, Day);
        if (days.LastBucket - days.FirstBucket < MaxPoints)
            return days;
        var weeks = (int)((to - from) / Week / (MaxPoints - 1)) + 1;
        return new DashboardWindow(
            from,
            to,
            weeks * Week,
            [.. days.Spans.Select(s => s with { ShiftHours = s.ShiftHours + MondayShift })]
        );
    }

    private static DashboardWindow In(TimeZoneInfo zone, long from, long to, int width)
    {
        var spans = new List<ClockSpan>();
        for (var start = from; start <= to; )
        {
            var shift = ShiftAt(zone, start);
            var end = start;
            // By days until the clock differs, then by hours to where it does.
            while (end + Day <= to && ShiftAt(zone, end + Day) == shift)
                end += Day;
            while (end < to && ShiftAt(zone, end + 1) == shift)
                end++;
            spans.Add(new ClockSpan(start, end, shift));
            start = end + 1;
        }
        return new DashboardWindow(from, to, width, spans);
    }

    private static int ShiftAt(TimeZoneInfo zone, long hour) =>
        (int)Math.Round(zone.GetUtcOffset(DateTimeOffset.UnixEpoch.AddHours(hour)).TotalHours);
}
