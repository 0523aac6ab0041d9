using System.ComponentModel.DataAnnotations;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>Section <c>Sealing</c>.</summary>
internal sealed class SealingOptions
{
    /// <summary>Seconds between two looks at the ledger; 0: this process seals nothing.</summary>
    [Range(0, 3_600)]
    public int IntervalSeconds { get; set; } = 2;

    /// <summary>Batches that one pass takes: few, because calls wait for the writer meanwhile.</summary>
    [Range(1, 10_000)]
    public int BatchesPerPass { get; set; } = 64;

    /// <summary>
    /// A batch that commits later than this after its neighbours waits for the next pass over everything.
    /// </summary>
    [Range(10, 86_400)]
    public int LookBackSeconds { get; set; } = 120;

    /// <summary>How often every batch of the ledger is looked at for one without a seal.</summary>
    [Range(1, 720)]
    public int WholeLedgerHours { get; set; } = 6;

    /// <summary>Seconds after which a batch without a seal is a difference.</summary>
    [Range(10, 86_400)]
    public int GraceSeconds { get; set; } = 300;
}
