using System.Globalization;

namespace SmartFlow.Llm.Limits;

/// <summary>How long a limit counts.</summary>
internal enum LimitPeriod
{
    /// <summary>Calls that run now.</summary>
    Running,
    Minute,
    Day,
    Month,
}

/// <summary>The most that a window admits; null: no limit.</summary>
internal readonly record struct LimitSize(long? Requests = null, long? Tokens = null, long? CreditMicros = null)
{
    public bool IsNone => Requests is null && Tokens is null && CreditMicros is null;
}

/// <summary>What calls of one subject are counted in, and what holds there.</summary>
/// <param name="Name">user/subject/period/start: the row's key. It holds no blanks.</param>
/// <param name="Subject">user, scene/NAME or key/ID.</param>
/// <param name="Period">How long it counts.</param>
/// <param name="StartsAt">Its beginning.</param>
/// <param name="EndsAt">When it starts again from nothing; null: never.</param>
/// <param name="Size">What it admits.</param>
internal sealed record LimitWindow(
    string Name,
    string Subject,
    LimitPeriod Period,
    DateTimeOffset StartsAt,
    DateTimeOffset? EndsAt,
    LimitSize Size
)
{
    public const string UserSubject = "user";
    public const string ScenePrefix = "scene/";
    public const string KeyPrefix = "key/";

    private const string Running = "/running";
    private const string Minute = "/minute/";

    /// <summary>What was used before anything was counted; null: not looked up.</summary>
    public CallUse? Seed { get; init; }

    /// <summary>
    /// A day or a month has a past when its limit is set; a minute and what runs now begin with nothing.
    /// </summary>
    public bool HasPast => Period is LimitPeriod.Day or LimitPeriod.Month;

    public static LimitWindow Of(long userId, string subject, LimitPeriod period, LimitSize size, DateTimeOffset now)
    {
        var utc = now.UtcDateTime;
        var (start, end, text) = period switch
        {
            LimitPeriod.Running => (now, (DateTimeOffset?)null, Running),
            LimitPeriod.Minute => Span(
                new DateTime(utc.Year, utc.Month, utc.Day, utc.Hour, utc.Minute, 0),
                t => t.AddMinutes(1),
                Minute,
                "yyyy-MM-ddTHH:mm"
            ),
            LimitPeriod.Day => Span(utc.Date, t => t.AddDays(1), "/day/", "yyyy-MM-dd"),
            _ => Span(new DateTime(utc.Year, utc.Month, 1), t => t.AddMonths(1), "/month/", "yyyy-MM"),
        };
        return new(
            string.Create(CultureInfo.InvariantCulture, $"{userId}/{subject}{text}"),
            subject,
            period,
            start,
            end,
            size
        );
    }

    public static string Join(IEnumerable<LimitWindow> windows) => string.Join(' ', windows.Select(w => w.Name));

    public static string[] Split(string counted) => counted.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static bool IsRunning(string name) => name.EndsWith(Running, StringComparison.Ordinal);

    public static bool IsMinute(string name) => name.Contains(Minute, StringComparison.Ordinal);

    private static (DateTimeOffset Start, DateTimeOffset? End, string Text) Span(
        DateTime start,
        Func<DateTime, DateTime> end,
        string word,
        string format
    ) =>
        (
            new(start, TimeSpan.Zero),
            new DateTimeOffset(end(start), TimeSpan.Zero),
            word + start.ToString(format, CultureInfo.InvariantCulture)
        );
}
