using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace SmartFlow.Platform.Telemetry;

/// <summary>
/// Sends spans and numbers to a collector by OTLP, where one is configured; otherwise nothing is registered, so that
/// nothing is measured. ASP.NET Core, HttpClient, Npgsql and the runtime tell of themselves under their own names.
/// </summary>
internal static class TelemetryExport
{
    private const string StandardEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static readonly string[] Sources = [Tracing.SourceName, "System.Net.Http", "Npgsql"];

    private static readonly string[] Meters =
    [
        Metering.MeterName,
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http",
        "Npgsql",
        "System.Runtime",
    ];

    /// <summary>First of all services, so that the others' starts are seen; stopped last.</summary>
    public static void Add(IHostApplicationBuilder builder)
    {
        builder
            .Services.AddOptions<TelemetryOptions>()
            .BindConfiguration("Telemetry")
            .ValidateDataAnnotations()
            .Validate(
                o => o.Endpoint.Length == 0 || Uri.TryCreate(o.Endpoint, UriKind.Absolute, out _),
                "Telemetry:Endpoint must be an address."
            )
            .ValidateOnStart();
        var settings = builder.Configuration.GetSection("Telemetry").Get<TelemetryOptions>() ?? new TelemetryOptions();
        if (settings.Endpoint.Length == 0 && string.IsNullOrEmpty(builder.Configuration[StandardEndpoint]))
            return;
        builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(r =>
                r.AddService(settings.ServiceName, autoGenerateServiceInstanceId: true).AddEnvironmentVariableDetector()
            )
            .WithTracing(t =>
                t.AddSource(Sources)
                    .AddAspNetCoreInstrumentation()
                    .SetSampler(_ => new ParentBasedSampler(new TraceIdRatioBasedSampler(settings.SampleRatio)))
                    .AddOtlpExporter(o => Configure(o, settings, "/v1/traces"))
            )
            .WithMetrics(m =>
                m.AddMeter(Meters)
                    .AddOtlpExporter(
                        (o, reader) =>
                        {
                            Configure(o, settings, "/v1/metrics");
                            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds =
                                settings.MetricSeconds * 1_000;
                        }
                    )
            );
        builder.Services.AddHostedService<Flush>();
    }

    private static void Configure(OtlpExporterOptions exporter, TelemetryOptions settings, string path)
    {
        if (settings.Headers.Length > 0)
            exporter.Headers = settings.Headers;
        if (settings.Endpoint.Length == 0)
            return;
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri(settings.Endpoint.TrimEnd('/') + path);
    }

    /// <summary>
    /// What is still to be sent is sent, within the limit; a collector that is out of reach holds nobody up for longer.
    /// Without this, disposal waits five seconds for spans and then five for numbers, whatever is set.
    /// </summary>
    private sealed class Flush(IOptions<TelemetryOptions> options, TracerProvider traces, MeterProvider metrics)
        : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            var limit = options.Value.FlushSeconds * 1_000;
            return Task.WhenAll(
                Task.Run(() => traces.Shutdown(limit), CancellationToken.None),
                Task.Run(() => metrics.Shutdown(limit), CancellationToken.None)
            );
        }
    }
}
