namespace SmartFlow.TokenStore;

/// <summary>One immutable version of a price rule; prices in micro-yuan per million tokens.</summary>
internal sealed class PriceRule
{
    public long RuleId { get; set; }

    public int Version { get; set; }

    /// <summary>"" = any, as for provider and model.</summary>
    public required string Scene { get; set; }

    public required string ProviderName { get; set; }

    public required string ModelName { get; set; }

    public long InputPriceMicros { get; set; }

    public long OutputPriceMicros { get; set; }

    public long CachedPriceMicros { get; set; }

    public long ReasoningPriceMicros { get; set; }

    public long CacheWritePriceMicros { get; set; }

    public long CreditPerYuan { get; set; }

    /// <summary>Deliberately without a price; required where input and output are 0.</summary>
    public bool Free { get; set; }

    public int Priority { get; set; }

    /// <summary>active | inactive.</summary>
    public required string Status { get; set; }

    public required string Description { get; set; }

    public DateTimeOffset EffectiveFrom { get; set; }

    public DateTimeOffset? EffectiveTo { get; set; }

    /// <summary>The newest version of its rule.</summary>
    public bool Current { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>What a source of rewards gives.</summary>
internal sealed class RewardRule
{
    public long RuleId { get; set; }

    public required string Source { get; set; }

    public required string Name { get; set; }

    /// <summary>Whole Credits.</summary>
    public long Amount { get; set; }

    /// <summary>Whole Credits that one receiver can get of this source a day; 0: no limit.</summary>
    public long DailyCap { get; set; }

    /// <summary>active | disabled.</summary>
    public required string Status { get; set; }

    public required string Description { get; set; }
}
