using SmartFlow.Contracts.Ledger;

namespace SmartFlow.TokenStore;

/// <summary>
/// Which price rule a call gets. Of the rules that match and are in force: the highest priority, then an exact model,
/// provider and scene before "any", then the newest effective_from, then the highest rule id. Pure.
/// </summary>
internal sealed class PriceList
{
    public const string Active = "active";
    public const string Inactive = "inactive";

    private readonly (PriceRule Rule, DateTimeOffset Until)[] versions;

    /// <param name="versions">
    /// The current versions of all rules, and the earlier ones of a rule whose current version is not in force yet.
    /// A version is in force until its own end or until a later version of its rule begins.
    /// </param>
    public PriceList(IReadOnlyCollection<PriceRule> versions)
    {
        this.versions =
        [
            .. versions
                .Where(v => v.Status == Active)
                .Select(v => (v, End(v, versions)))
                .OrderByDescending(v => v.v.Priority)
                .ThenBy(v => IsAny(v.v.ModelName))
                .ThenBy(v => IsAny(v.v.ProviderName))
                .ThenBy(v => IsAny(v.v.Scene))
                .ThenByDescending(v => v.v.EffectiveFrom)
                .ThenByDescending(v => v.v.RuleId)
                .ThenByDescending(v => v.v.Version),
        ];
    }

    /// <summary>A rule that is in force now, or will be, makes calls free.</summary>
    public bool HasFree => Array.Exists(versions, v => v.Rule.Free);

    /// <summary>The price of a call, frozen; null where no rule covers it.</summary>
    public FrozenPrice? Resolve(string scene, string provider, string model, DateTimeOffset now)
    {
        foreach (var (rule, until) in versions)
            if (
                rule.EffectiveFrom <= now
                && now < until
                && Matches(rule.ModelName, model)
                && Matches(rule.ProviderName, provider)
                && Matches(rule.Scene, scene)
            )
                return rule.Freeze();
        return null;
    }

    /// <summary>"" and "*" stand for any.</summary>
    public static bool IsAny(string pattern) => pattern is "" or "*";

    private static bool Matches(string pattern, string value) => IsAny(pattern) || pattern == value;

    private static DateTimeOffset End(PriceRule version, IReadOnlyCollection<PriceRule> all)
    {
        var end = version.EffectiveTo ?? DateTimeOffset.MaxValue;
        foreach (var later in all)
            if (later.RuleId == version.RuleId && later.Version > version.Version && later.EffectiveFrom < end)
                end = later.EffectiveFrom;
        return end;
    }
}
