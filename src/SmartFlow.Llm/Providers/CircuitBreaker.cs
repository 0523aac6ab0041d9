namespace SmartFlow.Llm.Providers;

/// <summary>
/// Keeps calls from a provider that only fails: after so many failures in a row it is not asked for a pause, then by
/// one probe a pause until one is answered. While the provider is well this is one read of a field that nobody writes.
/// </summary>
/// <param name="failuresToOpen">In a row; 0: never opens.</param>
/// <param name="pause">Before the first probe and between two.</param>
/// <param name="time">The clock.</param>
internal sealed class CircuitBreaker(int failuresToOpen, TimeSpan pause, TimeProvider time)
{
    private int failures;
    private long openUntil;

    public bool IsOpen => Volatile.Read(ref openUntil) != 0;

    /// <summary>False: not now; wait so long.</summary>
    public bool TryEnter(out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        var until = Volatile.Read(ref openUntil);
        if (until == 0)
            return true;
        var now = time.GetTimestamp();
        wait = now < until ? time.GetElapsedTime(now, until) : pause;
        // Whoever moves the end of the pause is the probe. One that never reports back is followed by the next.
        return now >= until && Interlocked.CompareExchange(ref openUntil, PauseFrom(now), until) == until;
    }

    /// <summary>An answer began. True: that closed the breaker.</summary>
    public bool Began() => IsOpen && Close();

    /// <summary>An answer came to its proper end: failures are counted anew.</summary>
    public void Ended()
    {
        if (Volatile.Read(ref failures) != 0 && !IsOpen)
            Volatile.Write(ref failures, 0);
    }

    /// <summary>A failure that is the provider's fault. True: that opened the breaker.</summary>
    public bool Failed() =>
        failuresToOpen > 0
        && Interlocked.Increment(ref failures) >= failuresToOpen
        && Interlocked.CompareExchange(ref openUntil, PauseFrom(time.GetTimestamp()), 0) == 0;

    private bool Close()
    {
        Volatile.Write(ref failures, 0);
        return Interlocked.Exchange(ref openUntil, 0) != 0;
    }

    private long PauseFrom(long now) => Math.Max(1, now + (long)(pause.TotalSeconds * time.TimestampFrequency));
}
