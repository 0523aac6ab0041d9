using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SmartFlow.Platform.Telemetry;

/// <summary>
/// Sends spans and numbers to a collector by OTLP, where one is configured; otherwise it listens to nothing, so that
/// nothing is measured. ASP.NET Core, HttpClient and Npgsql tell of themselves under their own names.
/// </summary>
internal sealed class TelemetryExport(IOptions<TelemetryOptions> options, IConfiguration configuration) : IHostedService
{
    private const string StandardEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Sources = [Tracing.SourceName, "Microsoft.AspNetCore", "System.Net.Http", "Npgsql"];

    private static readonly string[] Meters =
        [Metering.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "Npgsql", "System.Runtime"];

    private TracerProvider? traces;
    private MeterProvider? metrics;

    public static void Add(IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration("Telemetry").ValidateDataAnnotations()
            .Validate(o => o.Endpoint.Length == 0 || Uri.TryCreate(o.Endpoint, UriKind.Absolute, out _), "Telemetry:Endpoint must be an address.")
            .ValidateOnStart();
        builder.Services.AddSingleton<TelemetryExport>();
        // First of all services, so that the others' starts are seen; stopped last.
        builder.Services.AddHostedService(p => p.GetRequiredService<TelemetryExport>());
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (settings.Endpoint.Length == 0 && string.IsNullOrEmpty(configuration[StandardEndpoint])) return Task.CompletedTask;
        var resource = ResourceBuilder.CreateDefault().AddService(settings.ServiceName, autoGenerateServiceInstanceId: true)
            .AddEnvironmentVariableDetector();
        traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Sources)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.SampleRatio)))
            .AddOtlpExporter(o => Configure(o, "/v1/traces")).Build();
        metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters)
            .AddOtlpExporter((o, reader) =>
            {
                Configure(o, "/v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = settings.MetricSeconds * 1_000;
            }).Build();
        return Task.CompletedTask;
    }

    /// <summary>What is still to be sent is sent, within the limit; a collector that is out of reach holds nobody up for longer.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (traces is null || metrics is null) return;
        var limit = options.Value.FlushSeconds * 1_000;
        await Task.WhenAll(Task.Run(() => traces.Shutdown(limit), CancellationToken.None), Task.Run(() => metrics.Shutdown(limit), CancellationToken.None));
        traces.Dispose();
        metrics.Dispose();
    }

    private void Configure(OtlpExporterOptions exporter, string path)
    {
        var settings = options.Value;
        if (settings.Headers.Length > 0) exporter.Headers = settings.Headers;
        if (settings.Endpoint.Length == 0) return;
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(settings.Endpoint.TrimEnd('/') + path);
    }
}
