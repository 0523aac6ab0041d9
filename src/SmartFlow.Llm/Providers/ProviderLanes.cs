using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Llm.Providers;

/// <summary>One lane a provider, and the metrics of all.</summary>
internal sealed class ProviderLanes
{
    private readonly TimeProvider time;
    private readonly ILogger<ProviderLane> logger;
    private volatile ProviderLane[] lanes = [];

    public ProviderLanes(TimeProvider time, IMeterFactory meters, ILogger<ProviderLane> logger)
    {
        (this.time, this.logger) = (time, logger);
        var meter = meters.SmartFlow();
        meter.CreateObservableGauge(
            "smartflow.llm.provider.broken",
            () => lanes.Select(l => Of(l, l.IsBroken ? 1 : 0)),
            description: "1 while a provider is not asked because it only fails"
        );
        meter.CreateObservableGauge(
            "smartflow.llm.provider.open_calls",
            () => lanes.Select(l => Of(l, l.Open)),
            "{call}",
            "Calls under way at a provider"
        );
    }

    public IReadOnlyList<ProviderLane> All => lanes;

    /// <summary>Adds a provider; only while the program starts.</summary>
    public ProviderLane Add(OpenAiCompatibleOptions options)
    {
        var lane = new ProviderLane(options, time, logger);
        lanes = [.. lanes, lane];
        return lane;
    }

    private static Measurement<int> Of(ProviderLane lane, int value) =>
        new(value, new KeyValuePair<string, object?>("gen_ai.provider.name", lane.Provider));
}
