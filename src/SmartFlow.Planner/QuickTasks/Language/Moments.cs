using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace SmartFlow.Planner.QuickTasks.Language;

/// <summary>A phrase that is a whole moment.</summary>
internal readonly record struct MomentHit(Span Span, Instant At, double Confidence);

/// <summary>"in 2 hours", 半小时后, 2026-12-04T18:00:00+08:00.</summary>
internal static partial class Moments
{
    private const double Certain = 0.95;

    public static MomentHit? Find(string text, Instant now, LocalDateTime local, DateTimeZone zone)
    {
        if (Stamp().Match(text) is { Success: true } stamp
            && OffsetDateTimePattern.Rfc3339.Parse(Complete(stamp)) is { Success: true } parsed
            && parsed.Value.Year is >= Calendar.FirstYear and <= Calendar.LastYear)
            return new MomentHit(Of(stamp), parsed.Value.ToInstant(), Certain);
        var match = ChineseSpan().Match(text);
        if (!match.Success) match = EnglishSpan().Match(text);
        if (!match.Success) return null;
        var half = match.Groups["half"].Success;
        if ((half ? 1 : Numbers.Read(match.Groups["n"].Value)) is not { } count) return null;
        var unit = match.Groups["u"].Value.ToLowerInvariant();
        var minutes = unit is "分钟" or "分" || unit.StartsWith("min", StringComparison.Ordinal) ? count : count * 60;
        if (half) minutes = 30;
        // A whole minute, rounded up: people do not mean seconds.
        var at = now.Plus(Duration.FromMinutes(minutes) + Duration.FromSeconds(local.Second == 0 ? 0 : 60 - local.Second));
        return new MomentHit(Of(match), Instant.FromUnixTimeSeconds(at.ToUnixTimeSeconds()), Certain);
    }

    private static Span Of(Match match) => new(match.Index, match.Length);

    private static string Complete(Match stamp)
    {
        var seconds = stamp.Groups["s"].Success ? "" : ":00";
        return $"{stamp.Groups["d"].Value}T{stamp.Groups["t"].Value}{stamp.Groups["s"].Value}{seconds}{stamp.Groups["o"].Value.ToUpperInvariant()}";
    }

    private const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"(?<!\d)(?<d>\d{4}-\d\d-\d\d)[T ](?<t>\d\d:\d\d)(?<s>:\d\d)?(?:\.\d{1,9})?(?<o>Z|[+-]\d\d:\d\d)", Options)]
    private static partial Regex Stamp();

    [GeneratedRegex(@"(?:再?过)?(?:(?<half>半)个?(?<u>小时|钟头)|(?<n>" + Numbers.Pattern + @")\s*(?:个\s*)?(?<u>小时|钟头|分钟))\s*(?:之后|以后|后|之内|以内|内)")]
    private static partial Regex ChineseSpan();

    [GeneratedRegex(@"\b(?:in|within)\s+(?:(?<half>half)\s+an?\s+(?<u>hour)|(?<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of)\s+(?<u>minute|min|hour|hr))s?\b", Options)]
    private static partial Regex EnglishSpan();
}
