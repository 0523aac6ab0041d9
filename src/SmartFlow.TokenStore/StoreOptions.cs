using System.ComponentModel.DataAnnotations;

namespace SmartFlow.TokenStore;

/// <summary>Section <c>Store</c>.</summary>
internal sealed class StoreOptions
{
    /// <summary>Orders may be paid through the mock channel; default: only in Development.</summary>
    public bool MockPayment { get; set; }

    /// <summary>
    /// Whose midnight begins a new day: for packs that are sold once a day, for rewards and on the dashboard.
    /// </summary>
    [Required]
    public string TimeZone { get; set; } = "Asia/Shanghai";

    /// <summary>A pending order older than this is closed.</summary>
    [Range(1, 10_080)]
    public int OrderTimeoutMinutes { get; set; } = 30;

    /// <summary>How often pending orders that are too old are looked for.</summary>
    [Range(1, 3_600)]
    public int OrderSweepSeconds { get; set; } = 30;

    /// <summary>Orders closed in one transaction of the sweep.</summary>
    [Range(1, 10_000)]
    public int OrderSweepBatch { get; set; } = 200;

    /// <summary>Pending orders that a user may have at a time.</summary>
    [Range(1, 10_000)]
    public int PendingOrdersPerUser { get; set; } = 1_000;

    /// <summary>How soon a price rule written by another process is seen.</summary>
    [Range(1, 300)]
    public int PriceRefreshSeconds { get; set; } = 5;

    /// <summary>The most rows that one CSV export holds.</summary>
    [Range(1, 10_000_000)]
    public int ExportRowLimit { get; set; } = 1_000_000;

    /// <summary>The most rows that an operator's page of spending shows; the rest is one sum.</summary>
    [Range(1, 10_000)]
    public int SpendRowLimit { get; set; } = 200;

    public TimeZoneInfo Zone() => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);
}
