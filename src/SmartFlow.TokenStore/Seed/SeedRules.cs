using SmartFlow.TokenStore.Rewards;

namespace SmartFlow.TokenStore.Seed;

/// <summary>The price and reward rules that every installation starts with.</summary>
internal static class SeedRules
{
    public static PriceRule[] Prices(DateTimeOffset now) =>
        [
            Price(
                1,
                "",
                "",
                (3_200_000, 16_000_000, 800_000, 16_000_000),
                "Every model without a rule of its own",
                now
            ),
            Price(2, "demo", "demo", (100_000, 200_000, 50_000, 200_000), "The built-in offline model", now),
        ];

    public static RewardRule[] Rewards() =>
        [
            Reward("forum_like", "Plan liked", 1, 50, "Someone liked a plan that you published."),
            Reward("forum_import", "Plan imported", 5, 250, "Someone imported a plan that you published."),
        ];

    private static PriceRule Price(
        long id,
        string provider,
        string model,
        (long Input, long Output, long Cached, long Reasoning) micros,
        string text,
        DateTimeOffset now
    ) =>
        new()
        {
            RuleId = id,
            Version = 1,
            Scene = "",
            ProviderName = provider,
            ModelName = model,
            InputPriceMicros = micros.Input,
            OutputPriceMicros = micros.Output,
            CachedPriceMicros = micros.Cached,
            ReasoningPriceMicros = micros.Reasoning,
            CreditPerYuan = 100,
            Priority = 100,
            Status = PriceList.Active,
            Description = text,
            EffectiveFrom = DateTimeOffset.UnixEpoch,
            Current = true,
            CreatedAt = now,
        };

    private static RewardRule Reward(string source, string name, long credits, long dailyCap, string text) =>
        new()
        {
            Source = source,
            Name = name,
            Amount = credits,
            DailyCap = dailyCap,
            Status = RewardStatus.Active,
            Description = text,
        };
}
