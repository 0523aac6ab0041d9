using System.ComponentModel.DataAnnotations;
using System.Threading.RateLimiting;
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

/// <summary>
/// The limit of routes that ask for it by <c>RequireRateLimiting</c>; a refusal is rate_limited with Retry-After. The
/// framework's middleware keeps a limiter that it never disposes: its timer would hold a host that has ended in memory for ever.
/// </summary>
public sealed class RateLimits : IDisposable
{
    /// <summary>Per address: for routes that do work for strangers.</summary>
    public const string Anonymous = "anonymous";

    // Addresses are the caller's to choose: folded into slots, so that the number of limiters is bounded.
    private const int Slots = 65_536;

    private readonly PartitionedRateLimiter<int> addresses;

    public RateLimits(IOptions<RateLimitOptions> options)
    {
        var perMinute = options.Value.AnonymousPerMinute;
        addresses = PartitionedRateLimiter.Create<int, int>(slot => RateLimitPartition.GetFixedWindowLimiter(
            slot, _ => new FixedWindowRateLimiterOptions { PermitLimit = perMinute, Window = TimeSpan.FromMinutes(1) }));
    }

    public void Dispose() => addresses.Dispose();

    internal static void Add(IServiceCollection services)
    {
        services.AddOptions<RateLimitOptions>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<RateLimits>();
    }

    /// <summary>After routing.</summary>
    internal static Task HandleAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null) return next(context);
        using var lease = context.RequestServices.GetRequiredService<RateLimits>().Take(context);
        if (lease.IsAcquired) return next(context);
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromMinutes(1);
        return Refusals.WriteAsync(
            context, new RefusedException(ErrorCodes.RateLimited, "Too many requests from here; wait a moment.", retryAfter: wait));
    }

    private RateLimitLease Take(HttpContext context) =>
        addresses.AttemptAcquire((HashCode.Combine(context.Connection.RemoteIpAddress) & int.MaxValue) % Slots);
}
