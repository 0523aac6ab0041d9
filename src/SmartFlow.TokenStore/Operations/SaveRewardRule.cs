using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.TokenStore.Rewards;

namespace SmartFlow.TokenStore.Operations;

/// <summary>A reward rule as an operator writes it, in whole Credits; the source names it for ever.</summary>
internal sealed record SaveRewardRuleRequest(
    string Source,
    string Name,
    long Amount,
    long DailyCap,
    string Status = RewardStatus.Active,
    string Description = "",
    long MinAccountAgeHours = 0
);

/// <param name="DailyCap">Whole Credits a day and receiver; 0: no limit.</param>
/// <param name="MinAccountAgeHours">Age of the account from which a reward comes, unless it has bought something; 0:
/// any.</param>
internal sealed record RewardRuleRecord(
    ulong RuleId,
    string Source,
    string Name,
    long Amount,
    long DailyCap,
    string Status,
    string Description,
    long MinAccountAgeHours
)
{
    public static RewardRuleRecord Of(RewardRule r) =>
        new((ulong)r.RuleId, r.Source, r.Name, r.Amount, r.DailyCap, r.Status, r.Description, r.MinAccountAgeHours);
}

/// <summary>
/// GET /admin/reward-rules lists every rule, POST makes one, PUT /admin/reward-rules/{id} changes one: the next reward
/// is booked by it, what is booked stays. Refusals: invalid_argument, not_found, already_exists (the source).
/// </summary>
internal sealed class SaveRewardRule(
    IDbContextFactory<TokenStoreDb> databases,
    IWriter<TokenStoreDb> writer,
    OperatorAudit audit
)
{
    private const int ListLimit = 500;
    private const long MostCredits = 1_000;
    private const long MostCreditsADay = 1_000_000;
    private const long LongestAgeHours = 365 * 24;

    public static void Map(IEndpointRouteBuilder admin)
    {
        admin.MapGet("/reward-rules", (SaveRewardRule rules, CancellationToken cancellationToken) =>
            rules.ListAsync(cancellationToken)
        );
        admin
            .MapPost(
                "/reward-rules",
                async Task<Created<RewardRuleRecord>> (
                    SaveRewardRuleRequest request,
                    HttpContext http,
                    SaveRewardRule save,
                    CancellationToken cancellationToken
                ) =>
                {
                    var rule = await save.HandleAsync(null, request, Operator.Of(http), cancellationToken);
                    return TypedResults.Created($"/api/v1/admin/reward-rules/{rule.RuleId}", rule);
                }
            )
            .WithIdempotency<TokenStoreDb>();
        admin
            .MapPut(
                "/reward-rules/{id:long}",
                (
                    long id,
                    SaveRewardRuleRequest request,
                    HttpContext http,
                    SaveRewardRule save,
                    CancellationToken cancellationToken
                ) => save.HandleAsync(id, request, Operator.Of(http), cancellationToken)
            )
            .WithIdempotency<TokenStoreDb>();
    }

    private async Task<Paged<RewardRuleRecord>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .RewardRules.AsNoTracking()
            .OrderBy(r => r.RuleId)
            .Take(ListLimit)
            .ToListAsync(cancellationToken);
        return WholeList.Of<RewardRuleRecord>([.. rows.Select(RewardRuleRecord.Of)]);
    }

    private async Task<RewardRuleRecord> HandleAsync(
        long? id,
        SaveRewardRuleRequest r,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        new FieldErrors()
            .Require(
                r.Source.Length is >= 1 and <= 50
                    && r.Source.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '_'),
                "source",
                "must be 1 to 50 of a-z, 0-9 and _"
            )
            .Text("name", r.Name, 1, 100)
            .Text("description", r.Description, 0, 500)
            .Range("amount", r.Amount, 0, MostCredits)
            .Range("daily_cap", r.DailyCap, 0, MostCreditsADay)
            .Require(
                r.DailyCap == 0 || r.DailyCap >= r.Amount,
                "daily_cap",
                "must be 0 or at least the amount: no reward would fit"
            )
            .Range("min_account_age_hours", r.MinAccountAgeHours, 0, LongestAgeHours)
            .OneOf("status", r.Status, RewardStatus.Active, RewardStatus.Disabled)
            .Throw("The reward rule was not saved: see the fields.");
        try
        {
            return await writer.WriteAsync((db, token) => WriteAsync(db, id, r, by, token), cancellationToken);
        }
        catch (DbUpdateException e) when (UniqueViolation.Is(e))
        {
            throw new RefusedException(ErrorCodes.AlreadyExists, $"There is a rule for {r.Source} already.");
        }
    }

    private async Task<RewardRuleRecord> WriteAsync(
        TokenStoreDb db,
        long? id,
        SaveRewardRuleRequest r,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        var rule = id is null
            ? null
            : await db.RewardRules.SingleOrDefaultAsync(x => x.RuleId == id, cancellationToken)
                ?? throw RefusedException.NotFound("reward rule");
        if (rule is not null && rule.Source != r.Source)
            throw RefusedException.Field("source", "cannot be changed");
        var before = rule is null ? null : RewardRuleRecord.Of(rule);
        if (rule is null)
            db.RewardRules.Add(
                rule = new RewardRule
                {
                    Source = r.Source,
                    Name = "",
                    Status = "",
                    Description = "",
                }
            );
        (rule.Name, rule.Amount, rule.DailyCap, rule.MinAccountAgeHours) = (
            r.Name.Trim(),
            r.Amount,
            r.DailyCap,
            r.MinAccountAgeHours
        );
        (rule.Status, rule.Description) = (r.Status, r.Description.Trim());
        await db.SaveChangesAsync(cancellationToken);
        var after = RewardRuleRecord.Of(rule);
        if (after == before)
            return after;
        audit.Add(
            db,
            new(
                by,
                before is null ? "reward_rule.create" : "reward_rule.update",
                $"reward_rule:{rule.RuleId}",
                before,
                after
            )
        );
        await db.SaveChangesAsync(cancellationToken);
        return after;
    }
}
