using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Platform.Rpc;

/// <summary>
/// A call between processes as a span and a time on both sides, by OpenTelemetry's conventions for RPC, which the
/// libraries' own spans do not follow. The traceparent itself travels with HttpClient and Kestrel, which know the
/// header.
/// </summary>
internal readonly struct RpcTelemetry
{
    private static readonly Meter Meter = new(Metering.MeterName);
    private static readonly Histogram<double> Served = Meter.CreateSeconds(
        "rpc.server.call.duration",
        "RPCs as they were served."
    );
    private static readonly Histogram<double> Asked = Meter.CreateSeconds(
        "rpc.client.call.duration",
        "RPCs as they were waited for."
    );

    /// <summary>Status codes as the conventions write them: DEADLINE_EXCEEDED.</summary>
    private static readonly string[] Names =
    [
        .. Enum.GetValues<StatusCode>().Select(c => Data.SnakeCase.Of(c.ToString()).ToUpperInvariant()),
    ];

    private readonly Activity? span;
    private readonly Histogram<double> duration;
    private readonly string path;
    private readonly long begin;

    private RpcTelemetry(Activity? span, Histogram<double> duration, string path)
    {
        (this.span, this.duration, this.path) = (span, duration, path);
        begin = duration.Enabled ? TimeProvider.System.GetTimestamp() : 0;
    }

    /// <param name="kind">Server or client.</param>
    /// <param name="path">/package.Service/Method, of a method that there is: names must be few.</param>
    public static RpcTelemetry Start(ActivityKind kind, string path)
    {
        var span = Tracing.Source.HasListeners()
            ? Tracing
                .Source.StartActivity(path[1..], kind)
                ?.SetTag("rpc.system.name", "grpc")
                .SetTag("rpc.method", path[1..])
            : null;
        return new RpcTelemetry(span, kind == ActivityKind.Server ? Served : Asked, path);
    }

    public void End(StatusCode code)
    {
        var name = (uint)code < Names.Length ? Names[(int)code] : "UNKNOWN";
        if (begin != 0)
            duration.Record(
                TimeProvider.System.GetElapsedTime(begin).TotalSeconds,
                new("rpc.system.name", "grpc"),
                new("rpc.method", path[1..]),
                new("rpc.response.status_code", name)
            );
        if (span is null)
            return;
        span.SetTag("rpc.response.status_code", name);
        if (code != StatusCode.OK)
            span.Fail(name);
        span.Dispose();
    }
}
