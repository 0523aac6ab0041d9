namespace SmartFlow.Notification.Delivering;

/// <summary>
/// Pauses between tries: 30 seconds, four times as long each time, 6 hours at most, and a tenth more or less by chance.
/// </summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(6);

    /// <param name="tries">From 1.</param>
    /// <param name="wanted">What the receiver asks for; within the same bounds.</param>
    public static TimeSpan After(int tries, TimeSpan? wanted)
    {
        var pause = Math.Min(First.TotalSeconds * Math.Pow(4, Math.Min(tries - 1, 10)), Longest.TotalSeconds);
        pause = Math.Clamp(wanted?.TotalSeconds ?? 0, pause, Longest.TotalSeconds);
        return TimeSpan.FromSeconds(pause * (0.9 + 0.2 * Random.Shared.NextDouble()));
    }
}
