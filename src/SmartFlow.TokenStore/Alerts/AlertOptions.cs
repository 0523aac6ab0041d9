using System.ComponentModel.DataAnnotations;

namespace SmartFlow.TokenStore.Alerts;

/// <summary>Section <c>Alerts</c>.</summary>
internal sealed class AlertOptions
{
    /// <summary>Seconds between two looks at the ledger; 0: this process announces nothing.</summary>
    [Range(0, 3_600)]
    public int IntervalSeconds { get; set; } = 15;

    /// <summary>In Credit, for users who set nothing; 0: never.</summary>
    [Range(0, 1_000_000_000)]
    public decimal LowBalanceCredit { get; set; } = 20;

    /// <summary>In Credit a day (UTC), for users who set nothing; 0: never.</summary>
    [Range(0, 1_000_000_000)]
    public decimal DailySpendCredit { get; set; }

    /// <summary>Entries of the ledger that one look takes at a time.</summary>
    [Range(100, 1_000_000)]
    public int EntriesPerPass { get; set; } = 20_000;
}
