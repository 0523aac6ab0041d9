using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Telemetry;

/// <summary>
/// Section <c>Telemetry</c>. The standard variables OTEL_EXPORTER_OTLP_… and OTEL_SERVICE_NAME work as well.
/// </summary>
internal sealed class TelemetryOptions
{
    /// <summary>
    /// A collector's OTLP address for HTTP and protobuf, e.g. http://127.0.0.1:4318; empty: OTEL_EXPORTER_OTLP_ENDPOINT
    /// with its protocol. Neither: nothing is measured or sent.
    /// </summary>
    public string Endpoint { get; set; } = "";

    /// <summary>Headers for the collector, "name=value,name=value".</summary>
    public string Headers { get; set; } = "";

    /// <summary>What traces are filed under.</summary>
    [Required]
    public string ServiceName { get; set; } = "smartflow";

    /// <summary>The share of traces that begin here and are kept; those of a caller follow the caller.</summary>
    [Range(0.0, 1.0)]
    public double SampleRatio { get; set; } = 1;

    /// <summary>How often numbers are sent.</summary>
    [Range(1, 3_600)]
    public int MetricSeconds { get; set; } = 30;

    /// <summary>How long a stop waits for what is still to be sent.</summary>
    [Range(0, 60)]
    public int FlushSeconds { get; set; } = 5;
}
