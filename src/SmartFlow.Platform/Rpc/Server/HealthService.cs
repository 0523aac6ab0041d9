using System.Runtime.CompilerServices;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc.Client;
using SmartFlow.Platform.Rpc.Standard;
using Status = SmartFlow.Platform.Rpc.Standard.HealthCheckResponse.Types.ServingStatus;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>grpc.health.v1.Health.</summary>
internal interface IHealthService
{
    /// <summary>not_found for a service that is not served here.</summary>
    Task<HealthCheckResponse> CheckAsync(HealthCheckRequest request, CancellationToken cancellationToken);

    /// <summary>The status now and after each change; the end of the process ends it.</summary>
    IAsyncEnumerable<HealthCheckResponse> WatchAsync(HealthCheckRequest request, CancellationToken cancellationToken);
}

/// <summary>
/// Tied to readiness, without the checks of remote modules: two processes that need each other would else wait for each
/// other. Anybody may ask, so that one look at the checks serves everybody for a while.
/// </summary>
internal sealed class HealthService(
    HealthCheckService checks, ServedContracts served, IOptions<RpcOptions> options, TimeProvider time,
    IHostApplicationLifetime lifetime)
    : IHealthService, IDisposable
{
    private readonly SemaphoreSlim looking = new(1);
    private readonly TimeSpan pause = TimeSpan.FromSeconds(options.Value.HealthSeconds);
    private (Status Status, long At)? last;

    public async Task<HealthCheckResponse> CheckAsync(HealthCheckRequest request, CancellationToken cancellationToken) =>
        served.Has(request.Service)
            ? new HealthCheckResponse { Status = await StatusAsync(cancellationToken) }
            : throw RefusedException.NotFound("service here");

    public async IAsyncEnumerable<HealthCheckResponse> WatchAsync(
        HealthCheckRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Status? told = null;
        while (true)
        {
            var now = served.Has(request.Service) ? await StatusAsync(cancellationToken) : Status.ServiceUnknown;
            if (now != told) yield return new HealthCheckResponse { Status = now };
            told = now;
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    public void Dispose() => looking.Dispose();

    private async Task<Status> StatusAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested) return Status.NotServing;
        await looking.WaitAsync(cancellationToken);
        try
        {
            if (last is { } known && time.GetElapsedTime(known.At) < pause) return known.Status;
            var report = await checks.CheckHealthAsync(c => !c.Tags.Contains(RemoteCheck.Tag), cancellationToken);
            var status = report.Status == HealthStatus.Unhealthy ? Status.NotServing : Status.Serving;
            last = (status, time.GetTimestamp());
            return status;
        }
        finally
        {
            looking.Release();
        }
    }
}
