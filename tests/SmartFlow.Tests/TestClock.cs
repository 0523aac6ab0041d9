namespace SmartFlow.Tests;

/// <summary>The real clock moved by what the test says: time flows, so that loops run, and can be advanced.</summary>
public sealed class TestClock : TimeProvider
{
    private long aheadTicks;

    /// <summary>
    /// What a wall clock that is wrong says beyond the time; what is measured by the clock does not know it.
    /// </summary>
    public TimeSpan Skew { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref aheadTicks)) + Skew;

    public override long GetTimestamp() =>
        System.GetTimestamp()
        + (long)(TimeSpan.FromTicks(Interlocked.Read(ref aheadTicks)).TotalSeconds * TimestampFrequency);

    public void Advance(TimeSpan time) => Interlocked.Add(ref aheadTicks, time.Ticks);

    /// <summary>Makes it this time now.</summary>
    public void SetTo(DateTimeOffset time) => Interlocked.Exchange(ref aheadTicks, (time - System.GetUtcNow()).Ticks);
}
