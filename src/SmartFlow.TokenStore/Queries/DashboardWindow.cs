using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore.Queries;

/// <summary>
/// The time that a dashboard covers and its buckets. Pure. Roll-ups are kept by the hour, so a rolling window begins
/// with the whole hour in which it begins; buckets are aligned to the store's clock, so that a day is a local day.
/// </summary>
/// <param name="FromHour">The first hour, since 1970 in UTC.</param>
/// <param name="ToHour">The last hour: now's.</param>
/// <param name="BucketHours">The width of a bucket.</param>
/// <param name="ShiftHours">Added to an hour before it is divided into buckets.</param>
internal readonly record struct DashboardWindow(long FromHour, long ToHour, int BucketHours, int ShiftHours)
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
        var shift = (int)Math.Round(zone.GetUtcOffset(now).TotalHours);
        return period switch
        {
            "24h" => new(HourOf(now.AddHours(-Day)), to, 1, shift),
            "7d" => new(HourOf(now.AddHours(-Week)), to, 6, shift),
            "30d" => new(HourOf(now.AddHours(-30 * Day)), to, Day, shift),
            "all" => All(Math.Min(firstHour ?? to, to), to, shift),
            _ => throw RefusedException.Field("period", $"must be one of {string.Join(", ", Periods)}"),
        };
    }

    public long FirstBucket => Bucket(FromHour);

    public long LastBucket => Bucket(ToHour);

    public long Bucket(long hour) => (hour + ShiftHours) / BucketHours;

    public DateTimeOffset StartOf(long bucket) => DateTimeOffset.UnixEpoch.AddHours(bucket * BucketHours - ShiftHours);

    public static long HourOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 3600;

    /// <summary>Days, weeks, or as many weeks a bucket as it takes to stay below the limit of points.</summary>
    private static DashboardWindow All(long from, long to, int shift)
    {
        var days = new DashboardWindow(from, to, Day, shift);
        if (days.LastBucket - days.FirstBucket < MaxPoints) return days;
        var weeks = (int)((to - from) / Week / (MaxPoints - 1)) + 1;
        return new DashboardWindow(from, to, weeks * Week, shift + MondayShift);
    }
}
