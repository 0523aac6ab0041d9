using Microsoft.Extensions.Diagnostics.HealthChecks;
using SmartFlow.Platform.Rpc.Standard;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>Ready while the process that hosts a module says so by its health service.</summary>
internal sealed class RemoteCheck(RpcChannel channel) : IHealthCheck
{
    /// <summary>Marks these checks: they are no part of what this process tells others about itself.</summary>
    public const string Tag = "remote";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ClientMethod<HealthCheckRequest, HealthCheckResponse> check =
        channel.Method<HealthCheckRequest, HealthCheckResponse>(HealthReflection.Descriptor.Services[0].FindMethodByName("Check"));

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var answer = await channel.CallAsync(check, new HealthCheckRequest(), Patience, cancellationToken);
            return answer.Status == HealthCheckResponse.Types.ServingStatus.Serving
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy("it is not ready");
        }
        catch (RpcException e)
        {
            return HealthCheckResult.Unhealthy(
                e.Code == RpcStatusCode.Unavailable ? "out of reach" : $"its health service answers {e.Code}");
        }
    }
}
