using System.Threading.RateLimiting;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>
/// So many a minute (or another window) for each key, in this process and, where counts are shared, over all. Keys are
/// the caller's to choose, so they are folded into a fixed number of slots: two that meet in one share its allowance,
/// and memory stays bounded.
/// </summary>
public sealed class Pace(string name, ISharedCounts shared, int permits, TimeSpan? window = null) : IDisposable
{
    private const int Slots = 65_536;
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<int> limiter = PartitionedRateLimiter.Create<int, int>(slot =>
        RateLimitPartition.GetFixedWindowLimiter(slot, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = permits,
            Window = window ?? Minute,
        })
    );

    /// <summary>
    /// Null: there is room, and it is taken. Otherwise the refusal: rate_limited, with the time to wait.
    /// </summary>
    /// <param name="key">Whose allowance.</param>
    /// <param name="detail">What is said.</param>
    public ValueTask<RefusedException?> TakeAsync<T>(T key, string detail)
        where T : notnull =>
        TakeHere(key, detail) is { } refused ? new(refused)
        : shared is NoSharedCounts ? default
        : TakeSharedAsync(key, detail);

    private async ValueTask<RefusedException?> TakeSharedAsync<T>(T key, string detail)
        where T : notnull =>
        await shared.AddAsync(name, key.ToString()!, permits, window ?? Minute) is { } all && all.Count > permits
            ? new RefusedException(ErrorCodes.RateLimited, detail, retryAfter: all.Left)
            : null;

    private RefusedException? TakeHere<T>(T key, string detail)
    {
        using var lease = limiter.AttemptAcquire((HashCode.Combine(key) & int.MaxValue) % Slots);
        if (lease.IsAcquired)
            return null;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : Minute;
        return new RefusedException(ErrorCodes.RateLimited, detail, retryAfter: wait);
    }

    public void Dispose() => limiter.Dispose();
}
