using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Platform.Web;

/// <summary>Section <c>RateLimits</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>
    /// Requests a minute per <see cref="Network"/> on routes that work without signing in, e.g. registration.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AnonymousPerMinute { get; set; } = 600;

    /// <summary>Whether those who ask for far more than the others wait while the machine cannot keep up.</summary>
    public bool FairShare { get; set; } = true;
}

/// <summary>
/// The limit of routes that ask for it by <c>RequireRateLimiting</c>; a refusal is rate_limited with Retry-After. In
/// place of the framework's middleware (docs/decisions/0099).
/// </summary>
public sealed class RateLimits(IOptions<RateLimitOptions> options, ISharedCounts shared) : IDisposable
{
    /// <summary>Per address: for routes that do work for strangers.</summary>
    public const string Anonymous = "anonymous";

    private readonly Pace addresses = new(Anonymous, shared, options.Value.AnonymousPerMinute);

    public void Dispose() => addresses.Dispose();

    internal static void Add(IServiceCollection services)
    {
        services
            .AddOptions<RateLimitOptions>()
            .BindConfiguration("RateLimits")
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<RateLimits>();
    }

    /// <summary>After routing.</summary>
    internal static Task HandleAsync(HttpContext context, RequestDelegate next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is null
            ? next(context)
            : LimitAsync(context, next);

    private static async Task LimitAsync(HttpContext context, RequestDelegate next)
    {
        var limits = context.RequestServices.GetRequiredService<RateLimits>();
        var refused = await limits.addresses.TakeAsync(
            Network.Of(context.Connection.RemoteIpAddress),
            "Too many requests from here; wait a moment."
        );
        if (refused is null)
            await next(context);
        else
            await Refusals.WriteAsync(context, refused);
    }
}
