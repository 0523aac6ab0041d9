using SmartFlow.Contracts.Ledger;

namespace SmartFlow.TokenStore;

/// <summary>
/// One version of a price rule, which the database keeps as it is, <see cref="Current"/> apart; token prices in
/// micro-yuan per million tokens.
/// </summary>
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

    /// <summary>Micro-yuan for each image of the request, beside its tokens.</summary>
    public long ImagePriceMicros { get; set; }

    /// <summary>Micro-yuan for each call that is charged.</summary>
    public long RequestPriceMicros { get; set; }

    /// <summary>Other token prices for longer prompts, ascending.</summary>
    public PriceRuleTier[] Tiers { get; set; } = [];

    public long CreditPerYuan { get; set; }

    /// <summary>Deliberately without a price; required where nothing has one.</summary>
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

    /// <summary>The prices as a call keeps them.</summary>
    public FrozenPrice Freeze() =>
        new()
        {
            RuleId = (ulong)RuleId,
            Version = Version,
            InputPriceMicros = InputPriceMicros,
            OutputPriceMicros = OutputPriceMicros,
            CachedPriceMicros = CachedPriceMicros,
            ReasoningPriceMicros = ReasoningPriceMicros,
            CacheWritePriceMicros = CacheWritePriceMicros,
            ImagePriceMicros = ImagePriceMicros,
            RequestPriceMicros = RequestPriceMicros,
            Tiers = { Tiers.Select(t => t.Freeze()) },
            CreditPerYuan = CreditPerYuan,
            Free = Free,
        };
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

    /// <summary>
    /// Hours that the account must have stood from which the reward comes (who liked, who imported), unless it has
    /// bought something; 0: any account.
    /// </summary>
    public long MinAccountAgeHours { get; set; }

    /// <summary>active | disabled.</summary>
    public required string Status { get; set; }

    public required string Description { get; set; }
}
