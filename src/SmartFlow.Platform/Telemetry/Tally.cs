using System.Collections.Concurrent;

namespace SmartFlow.Platform.Telemetry;

/// <summary>
/// Counts what somebody can cause as often as they like, so that it is logged at most once a minute, with the number:
/// the first at once, those of a minute with the first one after it.
/// </summary>
public sealed class Tally(TimeProvider time)
{
    private const int Seconds = 60;
    private long count;
    private long silentUntil = long.MinValue;

    /// <summary>One more.</summary>
    /// <returns>How many there were since this was last told; 0: it is not to be told now.</returns>
    public long Add()
    {
        Interlocked.Increment(ref count);
        var (now, until) = (time.GetTimestamp(), Interlocked.Read(ref silentUntil));
        if (
            now < until
            || Interlocked.CompareExchange(ref silentUntil, now + Seconds * time.TimestampFrequency, until) != until
        )
            return 0;
        return Interlocked.Exchange(ref count, 0);
    }
}

/// <summary>As above, apart for each of a few kinds.</summary>
public sealed class Tallies<TKind>(TimeProvider time)
    where TKind : notnull
{
    private readonly ConcurrentDictionary<TKind, Tally> kinds = new();

    /// <inheritdoc cref="Tally.Add"/>
    public long Add(TKind kind) => kinds.GetOrAdd(kind, static (_, clock) => new Tally(clock), time).Add();
}
