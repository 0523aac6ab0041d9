using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.CallLog;

/// <summary>
/// The time that a summary covers and its buckets, which are aligned to the reader's clock so that a day is the
/// reader's day. Pure. It begins with the whole bucket in which it begins.
/// </summary>
/// <param name="From">The begin of the first bucket.</param>
/// <param name="Width">Of a bucket.</param>
/// <param name="Buckets">The last one holds now.</param>
internal readonly record struct CallPeriod(DateTimeOffset From, TimeSpan Width, int Buckets)
{
    public static readonly string[] Names = ["24h", "7d", "30d"];

    private const int MaxOffsetMinutes = 14 * 60;

    /// <exception cref="RefusedException">invalid_argument naming period or utc_offset_minutes.</exception>
    public static CallPeriod Of(string name, int offsetMinutes, DateTimeOffset now)
    {
        if (Math.Abs((long)offsetMinutes) > MaxOffsetMinutes)
            throw RefusedException.Field(
                "utc_offset_minutes",
                $"must be between -{MaxOffsetMinutes} and {MaxOffsetMinutes}"
            );
        var (length, width) = name switch
        {
            "24h" => (TimeSpan.FromHours(24), TimeSpan.FromHours(1)),
            "7d" => (TimeSpan.FromDays(7), TimeSpan.FromHours(6)),
            "30d" => (TimeSpan.FromDays(30), TimeSpan.FromDays(1)),
            _ => throw RefusedException.Field("period", $"must be one of {string.Join(", ", Names)}"),
        };
        var begin = now - length;
        var local = begin.UtcTicks + TimeSpan.FromMinutes(offsetMinutes).Ticks;
        var from = begin.AddTicks(-(local % width.Ticks)).ToUniversalTime();
        return new CallPeriod(from, width, (int)((now - from) / width) + 1);
    }

    public int BucketOf(DateTimeOffset time) => Math.Clamp((int)((time - From) / Width), 0, Buckets - 1);

    public DateTimeOffset StartOf(int bucket) => From + bucket * Width;
}
