using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Web;

/// <summary>
/// GET /healthz: the process answers. GET /readyz: every database is migrated and every check that a module added with
/// AddHealthChecks passes.
/// </summary>
internal static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes
            .MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync })
            .AllowAnonymous();
        routes.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(
            new HealthAnswer(
                Word(report.Status),
                report
                    .Entries.Select(e => new HealthCheckAnswer(e.Key, Word(e.Value.Status), e.Value.Description))
                    .ToArray()
            ),
            WebJson.Options,
            context.RequestAborted
        );

    private static string Word(HealthStatus status) =>
        status switch
        {
            HealthStatus.Healthy => "ok",
            HealthStatus.Degraded => "degraded",
            _ => "unavailable",
        };
}

internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthCheckAnswer> Checks);

internal sealed record HealthCheckAnswer(string Name, string Status, string? Detail);

/// <summary>Ready once no database misses a migration.</summary>
internal sealed class DatabasesCheck(IEnumerable<IModuleDatabase> databases, ServerSilence silence) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var database in databases)
        {
            if (database.Failure is { } failure)
                return HealthCheckResult.Unhealthy($"{failure.Message} Restart the program.");
            var pending = await silence.GiveUpAsync(() => database.PendingAsync(cancellationToken));
            if (pending.Count > 0)
                return HealthCheckResult.Unhealthy($"{database.Name} misses {pending.Count} migrations");
        }
        return HealthCheckResult.Healthy();
    }
}
