using System.Net;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>
/// Sign-ins a minute per address and name. Both are the guesser's to choose, so they are folded into a fixed number of
/// slots: two that meet in one share its allowance, and memory stays bounded.
/// </summary>
internal sealed class SignInLimit(IOptions<UserAuthOptions> options) : IDisposable
{
    private const int Slots = 65_536;

    private readonly PartitionedRateLimiter<int> limiter = PartitionedRateLimiter.Create<int, int>(slot =>
        RateLimitPartition.GetFixedWindowLimiter(slot, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.SignInsPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    /// <exception cref="RefusedException">rate_limited.</exception>
    public void Take(IPAddress? address, string name)
    {
        using var lease = limiter.AttemptAcquire((HashCode.Combine(address, name) & int.MaxValue) % Slots);
        if (lease.IsAcquired) return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromMinutes(1);
        throw new RefusedException(
            ErrorCodes.RateLimited, "Too many sign-ins from here under this name; wait a minute.", retryAfter: wait);
    }

    public void Dispose() => limiter.Dispose();
}
