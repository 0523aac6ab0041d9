using SmartFlow.Tests.Platform.Telemetry;

namespace SmartFlow.E2E;

/// <summary>
/// The split system, whatever the environment says, and a collector that all its processes tell of what they do.
/// </summary>
public sealed class SplitSite() : Site(split: true)
{
    internal Collector Collector { get; private set; } = null!;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Collector.DisposeAsync();
    }

    private protected override async Task<(string Name, string Value)[]> SplitSettingsAsync()
    {
        Collector = await Collector.StartAsync();
        return
        [
            ("Telemetry__Endpoint", Collector.Endpoint),
            ("OTEL_BSP_SCHEDULE_DELAY", "200"),
            ("Alerts__IntervalSeconds", "1"),
            ("Memory__Extraction", "true"),
            ("Memory__EveryTurn", "false"),
        ];
    }
}
