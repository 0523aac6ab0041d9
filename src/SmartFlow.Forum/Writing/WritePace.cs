using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Writing;

/// <summary>Writes a minute for each user, in this process. Users are folded into slots, so that memory stays bounded.</summary>
internal sealed class WritePace(IOptions<ForumOptions> options) : IDisposable
{
    private const ulong Slots = 65_536;

    private readonly PartitionedRateLimiter<ulong> limiter = PartitionedRateLimiter.Create<ulong, ulong>(slot =>
        RateLimitPartition.GetFixedWindowLimiter(slot, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.WritesPerMinute,
            Window = TimeSpan.FromMinutes(1),
        }));

    /// <exception cref="RefusedException">rate_limited.</exception>
    public void Take(ulong userId)
    {
        using var lease = limiter.AttemptAcquire(userId % Slots);
        if (lease.IsAcquired) return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromMinutes(1);
        throw new RefusedException(ErrorCodes.RateLimited, "Too many changes on the plaza; wait a moment.", retryAfter: wait);
    }

    public void Dispose() => limiter.Dispose();

    /// <summary>For the group of routes that write.</summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.RequestServices.GetRequiredService<WritePace>().Take(http.User.UserId());
        return next(context);
    }
}
