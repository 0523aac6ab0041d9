using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>What saving a rule would change.</summary>
/// <param name="At">When: now, or where the rule begins later, then.</param>
/// <param name="Candidates">How many combinations of scene and model were compared.</param>
/// <param name="Changes">Those that would get another rule or version; at most 1,000.</param>
/// <param name="Jumps">Prices for which saving asks for confirm.</param>
internal sealed record PriceRulePreview(
    DateTimeOffset At,
    long ReferenceInputTokens,
    long ReferenceOutputTokens,
    int Candidates,
    IReadOnlyList<PriceRuleChange> Changes,
    bool Truncated,
    IReadOnlyList<PriceJump> Jumps,
    IReadOnlyList<PriceWarning> Warnings
);

/// <param name="Used">Called in the last 30 days.</param>
/// <param name="Before">Null: no rule, such a call is refused.</param>
/// <param name="After">Null: no rule, such a call would be refused.</param>
internal sealed record PriceRuleChange(
    string Scene,
    string ProviderName,
    string ModelName,
    bool Used,
    ReferencePrice? Before,
    ReferencePrice? After
);

/// <summary>The rule of a call and what the reference call costs under it.</summary>
internal sealed record ReferencePrice(ulong RuleId, int Version, long CostMicroYuan, long CreditMicros)
{
    public static ReferencePrice? Of(FrozenPrice? price) =>
        price is null
            ? null
            : new(
                price.RuleId,
                price.Version,
                Pricing.CostMicroYuan(PreviewPriceRule.ReferenceCall, 0, price),
                Pricing.CreditMicros(PreviewPriceRule.ReferenceCall, 0, price)
            );
}

/// <summary>
/// POST /admin/price-rules/preview: which calls would change their rule, and what that does to a call of 1,000 input
/// and 500 output tokens. With rule_id the body is a new version of that rule. Writes nothing. Refusals:
/// invalid_argument, not_found.
/// </summary>
internal sealed class PreviewPriceRule(
    IDbContextFactory<TokenStoreDb> databases,
    PriceTable prices,
    KnownModels models,
    TimeProvider time
)
{
    public static readonly TokenUsage ReferenceCall = new(1_000, 500);
    private const int Limit = 1_000;

    public static void Map(IEndpointRouteBuilder admin) =>
        admin.MapPost(
            "/price-rules/preview",
            (
                [FromQuery(Name = "rule_id")] long? ruleId,
                SavePriceRuleRequest request,
                PreviewPriceRule preview,
                CancellationToken cancellationToken
            ) => preview.HandleAsync(ruleId, request, cancellationToken)
        );

    public async Task<PriceRulePreview> HandleAsync(
        long? ruleId,
        SavePriceRuleRequest request,
        CancellationToken cancellationToken
    )
    {
        PriceRuleBounds.Check(request);
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var versions = await PriceTable.InForceFrom(db, now).ToListAsync(cancellationToken);
        var edited = versions.Where(v => v.RuleId == ruleId).MaxBy(v => v.Version);
        if (ruleId is not null && edited is null)
            throw RefusedException.NotFound("price rule");
        var rule = request.ToRule(
            ruleId ?? versions.Select(v => v.RuleId).DefaultIfEmpty(0).Max() + 1,
            (edited?.Version ?? 0) + 1,
            now
        );
        var at = rule.EffectiveFrom > now ? rule.EffectiveFrom : now;
        var (before, after) = (new PriceList(versions), new PriceList([.. versions, rule]));
        var known = await models.ListAsync(db, rule, now, cancellationToken);
        var changes = known.Select(c => Change(c, before, after, at)).OfType<PriceRuleChange>().ToList();
        var compared = edited is null ? prices.Covering(rule, now) : edited.Freeze();
        return new PriceRulePreview(
            at,
            ReferenceCall.Input,
            ReferenceCall.Output,
            known.Count,
            [.. changes.Take(Limit)],
            changes.Count > Limit,
            PriceJumps.Between(compared, rule.Freeze()),
            PriceWarnings.Of(rule)
        );
    }

    private static PriceRuleChange? Change(KnownCall call, PriceList before, PriceList after, DateTimeOffset at)
    {
        var old = before.Resolve(call.Scene, call.ProviderName, call.ModelName, at);
        var next = after.Resolve(call.Scene, call.ProviderName, call.ModelName, at);
        return (old?.RuleId, old?.Version) == (next?.RuleId, next?.Version)
            ? null
            : new(
                call.Scene,
                call.ProviderName,
                call.ModelName,
                call.Used,
                ReferencePrice.Of(old),
                ReferencePrice.Of(next)
            );
    }
}
