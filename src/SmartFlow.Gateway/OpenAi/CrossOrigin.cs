using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Lets pages of the configured origins use /v1 with a key that they send themselves; cookies are not taken from them.
/// Off unless origins are named. It stands before everything else, so that refusals can be read there, too.
/// </summary>
internal sealed class CrossOrigin(IOptions<GatewayOptions> options) : IStartupFilter
{
    private static readonly TimeSpan PreflightLifetime = TimeSpan.FromMinutes(10);

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            if (options.Value.Origins is { Length: > 0 } origins)
                app.UseWhen(
                    c => c.Request.Path.StartsWithSegments("/v1"),
                    surface => surface.UseCors(policy => Allow(policy, origins))
                );
            next(app);
        };

    private static void Allow(CorsPolicyBuilder policy, string[] origins)
    {
        if (origins.Contains("*", StringComparer.Ordinal))
            policy.AllowAnyOrigin();
        else
            policy.WithOrigins(origins);
        policy
            .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Delete)
            .AllowAnyHeader()
            .WithExposedHeaders(
                CallFrame.EventIdHeader,
                CallFrame.CreditHeader,
                CallFrame.ReplayedHeader,
                CallFrame.OutputLimitHeader,
                "x-request-id",
                "x-should-retry",
                "retry-after"
            )
            .SetPreflightMaxAge(PreflightLifetime);
    }
}
