using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>Ready while a process that hosts the module says so by its health service.</summary>
internal sealed class RemoteCheck(RpcChannel channel) : IHealthCheck
{
    /// <summary>Marks these checks: they are no part of what this process tells others about itself.</summary>
    public const string Tag = "remote";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Method<HealthCheckRequest, HealthCheckResponse> Check = RpcMethods.Of<
        HealthCheckRequest,
        HealthCheckResponse
    >(Health.Descriptor.FindMethodByName("Check"));

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        var found = "";
        // They take turns: each is asked, and one is enough.
        for (var i = 0; i < channel.Addresses.Count; i++)
            try
            {
                var answer = await channel.CallAsync(Check, new HealthCheckRequest(), Patience, cancellationToken);
                if (answer.Status == HealthCheckResponse.Types.ServingStatus.Serving)
                    return HealthCheckResult.Healthy();
                found = "it is not ready";
            }
            catch (RpcException e)
            {
                found =
                    e.StatusCode == StatusCode.Unavailable
                        ? "out of reach"
                        : $"its health service answers {e.StatusCode}";
            }
        return new HealthCheckResult(context.Registration.FailureStatus, found);
    }
}
