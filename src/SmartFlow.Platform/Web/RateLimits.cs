using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Platform.Web;

/// <summary>Section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Requests a minute per address on routes that work without signing in, e.g. registration.</summary>
    [Range(1, 1_000_000)]
    public int AnonymousPerMinute { get; set; } = 600;
}

/// <summary>Named policies of the framework's rate limiter; a refusal is rate_limited with Retry-After.</summary>
public static class RateLimits
{
    /// <summary>Per address: for routes that do work for strangers.</summary>
    public const string Anonymous = "anonymous";

    // Addresses are the caller's to choose: folded into slots, so that the number of limiters is bounded.
    private const int Slots = 65_536;

    internal static void AddPlatformRateLimits(this IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Anonymous, ByAddress);
            limiter.OnRejected = (rejected, _) => new ValueTask(RefuseAsync(rejected));
        });
    }

    private static RateLimitPartition<int> ByAddress(HttpContext context)
    {
        var options = context.RequestServices.GetRequiredService<IOptions<RateLimitOptions>>();
        var slot = (HashCode.Combine(context.Connection.RemoteIpAddress) & int.MaxValue) % Slots;
        return RateLimitPartition.GetFixedWindowLimiter(slot, _ => new FixedWindowRateLimiterOptions
        {
            PermitLimit = options.Value.AnonymousPerMinute,
            Window = TimeSpan.FromMinutes(1),
        });
    }

    private static Task RefuseAsync(OnRejectedContext rejected)
    {
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromMinutes(1);
        return Refusals.WriteAsync(
            rejected.HttpContext, new RefusedException(ErrorCodes.RateLimited, "Too many requests from here; wait a moment.", retryAfter: wait));
    }
}
