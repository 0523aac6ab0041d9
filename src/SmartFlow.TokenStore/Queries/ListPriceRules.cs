using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;

namespace SmartFlow.TokenStore.Queries;

/// <summary>A price rule in force: CreditPriceRuleView of the contract, with what it leaves out. "*" is any.</summary>
internal record PriceRuleView(
    ulong RuleId,
    int Version,
    string Scene,
    string ProviderName,
    string ModelName,
    long InputPriceMicros,
    long OutputPriceMicros,
    long CachedPriceMicros,
    long ReasoningPriceMicros,
    long CacheWritePriceMicros,
    long ImagePriceMicros,
    long RequestPriceMicros,
    IReadOnlyList<PriceRuleTier> Tiers,
    long CreditPerYuan,
    bool Free,
    string Status,
    int Priority,
    string Description,
    DateTimeOffset EffectiveFrom,
    DateTimeOffset? EffectiveTo
)
{
    public static PriceRuleView Of(PriceRule r) =>
        new(
            (ulong)r.RuleId,
            r.Version,
            Any(r.Scene),
            Any(r.ProviderName),
            Any(r.ModelName),
            r.InputPriceMicros,
            r.OutputPriceMicros,
            r.CachedPriceMicros,
            r.ReasoningPriceMicros,
            r.CacheWritePriceMicros,
            r.ImagePriceMicros,
            r.RequestPriceMicros,
            r.Tiers,
            r.CreditPerYuan,
            r.Free,
            r.Status,
            r.Priority,
            r.Description,
            r.EffectiveFrom,
            r.EffectiveTo
        );

    public CreditPriceRuleView ToProto() =>
        new()
        {
            RuleId = RuleId,
            Scene = Scene,
            ProviderName = ProviderName,
            ModelName = ModelName,
            InputPriceMicros = InputPriceMicros,
            OutputPriceMicros = OutputPriceMicros,
            CachedPriceMicros = CachedPriceMicros,
            ReasoningPriceMicros = ReasoningPriceMicros,
            CreditPerYuan = CreditPerYuan,
            Status = Status,
            Priority = Priority,
            Description = Description,
        };

    private static string Any(string pattern) => pattern.Length == 0 ? "*" : pattern;
}

/// <summary>Which price rules are asked for; an empty field asks for all, except the status: active.</summary>
internal sealed record PriceRuleFilter(string Scene, string ProviderName, string ModelName, string Status);

/// <summary>GET /credit-store/price-rules: what calls cost now. Refusals: invalid_argument.</summary>
internal sealed class ListPriceRules(IDbContextFactory<TokenStoreDb> databases, TimeProvider time)
{
    private const int Limit = 1_000;
    private const int MaxPatternLength = 200;

    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet(
            "/price-rules",
            async (
                ListPriceRules list,
                string? scene,
                [FromQuery(Name = "provider_name")] string? provider,
                [FromQuery(Name = "model_name")] string? model,
                CancellationToken cancellationToken
            ) =>
                WholeList.Of(
                    await list.HandleAsync(
                        new PriceRuleFilter(scene ?? "", provider ?? "", model ?? "", PriceList.Active),
                        cancellationToken
                    )
                )
        );

    public async Task<IReadOnlyList<PriceRuleView>> HandleAsync(
        PriceRuleFilter filter,
        CancellationToken cancellationToken
    )
    {
        var status = filter.Status.Length == 0 ? PriceList.Active : filter.Status;
        if (status is not (PriceList.Active or PriceList.Inactive))
            throw RefusedException.Field("status", $"must be {PriceList.Active} or {PriceList.Inactive}");
        CallerText.Check("scene", filter.Scene, MaxPatternLength);
        CallerText.Check("provider_name", filter.ProviderName, MaxPatternLength);
        CallerText.Check("model_name", filter.ModelName, MaxPatternLength);
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var begun = db.PriceRules.AsNoTracking().Where(r => r.EffectiveFrom <= now);
        var rules = begun.Where(r =>
            r.Status == status
            && (r.EffectiveTo == null || r.EffectiveTo > now)
            && !begun.Any(later => later.RuleId == r.RuleId && later.Version > r.Version)
        );
        if (filter.Scene.Length > 0)
            rules = rules.Where(r => r.Scene == Pattern(filter.Scene));
        if (filter.ProviderName.Length > 0)
            rules = rules.Where(r => r.ProviderName == Pattern(filter.ProviderName));
        if (filter.ModelName.Length > 0)
            rules = rules.Where(r => r.ModelName == Pattern(filter.ModelName));
        var rows = await rules
            .OrderByDescending(r => r.Priority)
            .ThenBy(r => r.RuleId)
            .Take(Limit)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(PriceRuleView.Of)];
    }

    private static string Pattern(string asked) => asked == "*" ? "" : asked;
}
