using System.ComponentModel.DataAnnotations;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>Section <c>Reconcile</c>.</summary>
internal sealed class ReconcileOptions
{
    /// <summary>Minutes between two runs in the background; 0: none.</summary>
    [Range(0, 10_080)]
    public int IntervalMinutes { get; set; } = 60;

    /// <summary>Seconds after the start before the first run.</summary>
    [Range(0, 86_400)]
    public int StartDelaySeconds { get; set; } = 60;

    /// <summary>Results that are kept.</summary>
    [Range(1, 10_000)]
    public int KeepRuns { get; set; } = 100;
}
