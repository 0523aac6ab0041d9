using NodaTime;

namespace SmartFlow.Notification.Preferences;

/// <summary>
/// Times of a user's day; pure. Local times that a clock change skips move forward by the gap, repeated ones are the
/// earlier.
/// </summary>
internal static class QuietHours
{
    public static DateTimeZone Zone(string name, string otherwise) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(name.Length > 0 ? name : otherwise) ?? DateTimeZone.Utc;

    public static bool Knows(string zone) => DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is not null;

    public static LocalDateTime LocalOf(DateTimeOffset now, DateTimeZone zone) =>
        Instant.FromDateTimeOffset(now).InZone(zone).LocalDateTime;

    /// <summary>The number of the local day.</summary>
    public static int DayOf(DateTimeOffset now, DateTimeZone zone) => LocalOf(now, zone).Date.ToDateOnly().DayNumber;

    /// <summary>When the quiet hours in which this moment lies end; null: it lies in none.</summary>
    public static DateTimeOffset? EndOf(DateTimeOffset now, int? from, int? to, DateTimeZone zone)
    {
        if (from is not { } begins || to is not { } ends || begins == ends)
            return null;
        var local = LocalOf(now, zone);
        var minute = local.Hour * 60 + local.Minute;
        var quiet = begins < ends ? minute >= begins && minute < ends : minute >= begins || minute < ends;
        if (!quiet)
            return null;
        var day = minute < ends ? local.Date : local.Date.PlusDays(1);
        var end = zone.AtLeniently(day + LocalTime.FromMinutesSinceMidnight(ends)).ToDateTimeOffset().ToUniversalTime();
        // The repeated hour of a clock change may bring the end behind us.
        return end > now ? end : null;
    }
}
