using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.TokenStore.Operations;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.TokenStore;

/// <summary>
/// A price rule as an operator writes it; token prices in micro-yuan per million tokens, image and request price in
/// micro-yuan each, "" or "*" for any. <c>version</c>: the one that was edited, required by PUT. <c>confirm</c>: prices
/// far from those in force are meant.
/// </summary>
internal sealed record SavePriceRuleRequest(
    string Scene,
    string ProviderName,
    string ModelName,
    long InputPriceMicros,
    long OutputPriceMicros,
    long CachedPriceMicros = 0,
    long ReasoningPriceMicros = 0,
    long CacheWritePriceMicros = 0,
    long ImagePriceMicros = 0,
    long RequestPriceMicros = 0,
    IReadOnlyList<PriceRuleTier>? Tiers = null,
    long CreditPerYuan = 100,
    bool Free = false,
    int Priority = 100,
    string Status = PriceList.Active,
    string Description = "",
    DateTimeOffset? EffectiveFrom = null,
    DateTimeOffset? EffectiveTo = null,
    int? Version = null,
    bool Confirm = false
)
{
    public PriceRule ToRule(long id, int version, DateTimeOffset now) =>
        new()
        {
            RuleId = id,
            Version = version,
            Scene = Pattern(Scene),
            ProviderName = Pattern(ProviderName),
            ModelName = Pattern(ModelName),
            InputPriceMicros = InputPriceMicros,
            OutputPriceMicros = OutputPriceMicros,
            CachedPriceMicros = CachedPriceMicros,
            ReasoningPriceMicros = ReasoningPriceMicros,
            CacheWritePriceMicros = CacheWritePriceMicros,
            ImagePriceMicros = ImagePriceMicros,
            RequestPriceMicros = RequestPriceMicros,
            Tiers = [.. Tiers ?? []],
            CreditPerYuan = CreditPerYuan,
            Free = Free,
            Priority = Priority,
            Status = Status,
            Description = Description,
            EffectiveFrom = EffectiveFrom ?? now,
            EffectiveTo = EffectiveTo,
            Current = true,
            CreatedAt = now,
        };

    private static string Pattern(string pattern) => PriceList.IsAny(pattern) ? "" : pattern;
}

/// <summary>The version that was written, with what looks odd about it.</summary>
internal sealed record SavedPriceRule : PriceRuleView
{
    public SavedPriceRule(PriceRuleView rule, IReadOnlyList<PriceWarning> warnings)
        : base(rule) => Warnings = warnings;

    public IReadOnlyList<PriceWarning> Warnings { get; }
}

/// <summary>
/// POST /admin/price-rules makes a rule, PUT /admin/price-rules/{id} a new version of one: what is there never changes,
/// and calls keep the version that they were admitted with. Refusals: invalid_argument, not_found; conflict where the
/// edited version is no longer the current one.
/// </summary>
internal sealed class SavePriceRule(
    IWriter<TokenStoreDb> writer,
    PriceTable prices,
    OperatorAudit audit,
    TimeProvider time
)
{
    public const int RuleLimit = 2_000;
    private const int Attempts = 8;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin
            .MapPost(
                "/price-rules",
                async Task<Created<SavedPriceRule>> (
                    SavePriceRuleRequest request,
                    HttpContext http,
                    SavePriceRule save,
                    CancellationToken cancellationToken
                ) =>
                {
                    var rule = await save.HandleAsync(null, request, Operator.Of(http), cancellationToken);
                    return TypedResults.Created($"/api/v1/admin/price-rules/{rule.RuleId}", rule);
                }
            )
            .WithIdempotency<TokenStoreDb>();
        admin.MapPut(
            "/price-rules/{id:long}",
            (
                long id,
                SavePriceRuleRequest request,
                HttpContext http,
                SavePriceRule save,
                CancellationToken cancellationToken
            ) => save.HandleAsync(id, request, Operator.Of(http), cancellationToken)
        );
    }

    /// <param name="id">Null: a new rule.</param>
    public async Task<SavedPriceRule> HandleAsync(
        long? id,
        SavePriceRuleRequest request,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        PriceRuleBounds.Check(request);
        if (id is not null && request.Version is null)
            throw RefusedException.Field("version", "must be the version that was edited");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var rule = await writer.WriteAsync(
                    (db, token) =>
                        id is null ? AddAsync(db, request, by, token) : EditAsync(db, id.Value, request, by, token),
                    cancellationToken
                );
                // It is saved by now, whether its operator still waits or not.
                await prices.RefreshAsync(CancellationToken.None);
                return new SavedPriceRule(PriceRuleView.Of(rule), PriceWarnings.Of(rule));
            }
            catch (DbUpdateException e) when (UniqueViolation.Is(e))
            {
                // Another operator took the same rule id or version in between.
                if (attempt == Attempts)
                    throw new RefusedException(
                        ErrorCodes.Conflict,
                        "Price rules are being saved by others right now. Send this one again."
                    );
            }
        }
    }

    private async Task<PriceRule> AddAsync(
        TokenStoreDb db,
        SavePriceRuleRequest request,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        if (await db.PriceRules.CountAsync(r => r.Current, cancellationToken) >= RuleLimit)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"There are {RuleLimit} price rules already; edit one that is inactive."
            );
        var last = await db.PriceRules.MaxAsync(r => (long?)r.RuleId, cancellationToken) ?? 0;
        var rule = request.ToRule(last + 1, 1, time.GetUtcNow());
        if (!request.Confirm)
            PriceJumps.Refuse(prices.Covering(rule, time.GetUtcNow()), rule.Freeze());
        audit.Add(db, new(by, "price_rule.create", $"price_rule:{rule.RuleId}", null, PriceRuleView.Of(rule)));
        return await WriteAsync(db, rule, cancellationToken);
    }

    private async Task<PriceRule> EditAsync(
        TokenStoreDb db,
        long id,
        SavePriceRuleRequest request,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        var edited = await db
            .PriceRules.AsNoTracking()
            .Where(r => r.RuleId == id)
            .OrderByDescending(r => r.Version)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("price rule");
        if (request.Version != edited.Version)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"Version {request.Version} was edited, but version {edited.Version} is the current one. Read it first.",
                extensions: new Dictionary<string, object?> { ["current_version"] = edited.Version }
            );
        var rule = request.ToRule(id, edited.Version + 1, time.GetUtcNow());
        if (!request.Confirm)
            PriceJumps.Refuse(edited.Freeze(), rule.Freeze());
        audit.Add(
            db,
            new(by, "price_rule.update", $"price_rule:{id}", PriceRuleView.Of(edited), PriceRuleView.Of(rule))
        );
        await db
            .PriceRules.Where(r => r.RuleId == id && r.Current)
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.Current, false), cancellationToken);
        return await WriteAsync(db, rule, cancellationToken);
    }

    private static async Task<PriceRule> WriteAsync(
        TokenStoreDb db,
        PriceRule rule,
        CancellationToken cancellationToken
    )
    {
        db.PriceRules.Add(rule);
        await db.SaveChangesAsync(cancellationToken);
        return rule;
    }
}
