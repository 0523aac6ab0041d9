using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.TokenStore.Orders;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.TokenStore;

/// <summary>A price rule as an operator writes it; prices in micro-yuan per million tokens, "" or "*" for any.</summary>
internal sealed record SavePriceRuleRequest(
    string Scene, string ProviderName, string ModelName, long InputPriceMicros, long OutputPriceMicros, long CachedPriceMicros = 0,
    long ReasoningPriceMicros = 0, long CacheWritePriceMicros = 0, long CreditPerYuan = 100, bool Free = false, int Priority = 100,
    string Status = PriceList.Active, string Description = "", DateTimeOffset? EffectiveFrom = null, DateTimeOffset? EffectiveTo = null);

/// <summary>
/// POST /admin/price-rules makes a rule, PUT /admin/price-rules/{id} a new version of one: what is there never changes,
/// and calls keep the version that they were admitted with. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed class SavePriceRule(IWriter<TokenStoreDb> writer, PriceTable prices, TimeProvider time)
{
    private const int Attempts = 4;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapPost("/price-rules", async Task<Created<PriceRuleView>> (
            SavePriceRuleRequest request, SavePriceRule save, CancellationToken cancellationToken) =>
        {
            var rule = await save.HandleAsync(null, request, cancellationToken);
            return TypedResults.Created($"/api/v1/admin/price-rules/{rule.RuleId}", rule);
        }).WithIdempotency<TokenStoreDb>();
        admin.MapPut("/price-rules/{id:long}", (
            long id, SavePriceRuleRequest request, SavePriceRule save, CancellationToken cancellationToken) =>
            save.HandleAsync(id, request, cancellationToken));
    }

    /// <param name="id">Null: a new rule.</param>
    public async Task<PriceRuleView> HandleAsync(long? id, SavePriceRuleRequest request, CancellationToken cancellationToken)
    {
        PriceRuleBounds.Check(request);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var rule = await writer.WriteAsync((db, token) => AddAsync(db, id, request, token), cancellationToken);
                await prices.RefreshAsync(cancellationToken);
                return PriceRuleView.Of(rule);
            }
            catch (DbUpdateException e) when (attempt < Attempts && UniqueViolation.Is(e))
            {
                // Another operator took the same rule id or version in between.
            }
        }
    }

    private async Task<PriceRule> AddAsync(
        TokenStoreDb db, long? id, SavePriceRuleRequest request, CancellationToken cancellationToken)
    {
        var version = 0;
        if (id is null) id = await db.PriceRules.MaxAsync(r => (long?)r.RuleId, cancellationToken) + 1 ?? 1;
        else
            version = await db.PriceRules.Where(r => r.RuleId == id).MaxAsync(r => (int?)r.Version, cancellationToken)
                ?? throw RefusedException.NotFound("price rule");
        await db.PriceRules.Where(r => r.RuleId == id && r.Current)
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.Current, false), cancellationToken);
        var rule = Version(id.Value, version + 1, request);
        db.PriceRules.Add(rule);
        await db.SaveChangesAsync(cancellationToken);
        return rule;
    }

    private PriceRule Version(long id, int version, SavePriceRuleRequest r)
    {
        var now = time.GetUtcNow();
        return new PriceRule
        {
            RuleId = id,
            Version = version,
            Scene = Pattern(r.Scene),
            ProviderName = Pattern(r.ProviderName),
            ModelName = Pattern(r.ModelName),
            InputPriceMicros = r.InputPriceMicros,
            OutputPriceMicros = r.OutputPriceMicros,
            CachedPriceMicros = r.CachedPriceMicros,
            ReasoningPriceMicros = r.ReasoningPriceMicros,
            CacheWritePriceMicros = r.CacheWritePriceMicros,
            CreditPerYuan = r.CreditPerYuan,
            Free = r.Free,
            Priority = r.Priority,
            Status = r.Status,
            Description = r.Description,
            EffectiveFrom = r.EffectiveFrom ?? now,
            EffectiveTo = r.EffectiveTo,
            Current = true,
            CreatedAt = now,
        };
    }

    private static string Pattern(string pattern) => PriceList.IsAny(pattern) ? "" : pattern;
}

/// <summary>Catches a price typed in the wrong unit: per token, per thousand tokens, in yuan.</summary>
internal static class PriceRuleBounds
{
    public const long LowestPriceMicros = 1_000;
    public const long HighestPriceMicros = 10_000_000_000;
    private const long HighestCreditPerYuan = 1_000_000;
    private const int HighestPriority = 1_000_000;

    /// <exception cref="RefusedException">invalid_argument, naming every field.</exception>
    public static void Check(SavePriceRuleRequest r)
    {
        var errors = new Dictionary<string, string[]>();
        Price(errors, "input_price_micros", r.InputPriceMicros);
        Price(errors, "output_price_micros", r.OutputPriceMicros);
        Price(errors, "cached_price_micros", r.CachedPriceMicros);
        Price(errors, "reasoning_price_micros", r.ReasoningPriceMicros);
        Price(errors, "cache_write_price_micros", r.CacheWritePriceMicros);
        if (r is { InputPriceMicros: 0, OutputPriceMicros: 0, Free: false })
            errors["free"] = ["must be true where input and output cost nothing"];
        if (r.CreditPerYuan is < 1 or > HighestCreditPerYuan)
            errors["credit_per_yuan"] = [$"must be between 1 and {HighestCreditPerYuan}"];
        if (r.Priority is < 0 or > HighestPriority) errors["priority"] = [$"must be between 0 and {HighestPriority}"];
        if (r.Status is not (PriceList.Active or PriceList.Inactive))
            errors["status"] = [$"must be {PriceList.Active} or {PriceList.Inactive}"];
        if (r.EffectiveTo <= r.EffectiveFrom) errors["effective_to"] = ["must be later than effective_from"];
        Length(errors, "scene", r.Scene, 50);
        Length(errors, "provider_name", r.ProviderName, 100);
        Length(errors, "model_name", r.ModelName, 200);
        Length(errors, "description", r.Description, 500);
        if (errors.Count > 0)
            throw new RefusedException(ErrorCodes.InvalidArgument, "The price rule was not saved: see the fields.", errors);
    }

    private static void Price(Dictionary<string, string[]> errors, string field, long micros)
    {
        if (micros is not 0 and (< LowestPriceMicros or > HighestPriceMicros))
            errors[field] = [$"must be 0 or between {LowestPriceMicros} and {HighestPriceMicros}: micro-yuan per million tokens"];
    }

    private static void Length(Dictionary<string, string[]> errors, string field, string text, int limit)
    {
        if (text.Length > limit) errors[field] = [$"must have at most {limit} characters"];
    }
}
