using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;
using SmartFlow.TokenStore.Rewards;

namespace SmartFlow.TokenStore.Queries;

/// <summary>What a source of rewards gives, and how much of it a day (0: no limit).</summary>
internal sealed record RewardRuleView(
    ulong RuleId,
    string Source,
    string Name,
    long Amount,
    long AmountMicros,
    long DailyCap,
    string Status,
    string Description
)
{
    public static RewardRuleView Of(RewardRule r, Language language) =>
        new(
            (ulong)r.RuleId,
            r.Source,
            SourceLabels.Of(r.Source, language, r.Name),
            r.Amount,
            r.Amount * Pricing.MicrosPerCredit,
            r.DailyCap,
            r.Status,
            r.Description
        );

    public CreditRewardRuleView ToProto() =>
        new()
        {
            RuleId = RuleId,
            Source = Source,
            Name = Name,
            Amount = Amount,
            Status = Status,
            Description = Description,
        };
}

/// <summary>GET /credit-store/reward-rules: how Credit is earned. Refusals: invalid_argument.</summary>
internal sealed class ListRewardRules(IDbContextFactory<TokenStoreDb> databases)
{
    private const int Limit = 100;
    private const int MaxSourceLength = 50;

    public static void Map(IEndpointRouteBuilder store) =>
        store.MapGet(
            "/reward-rules",
            async (
                HttpRequest request,
                ListRewardRules list,
                string? source,
                string? status,
                CancellationToken cancellationToken
            ) => WholeList.Of(await list.HandleAsync(source ?? "", status ?? "", request.Language(), cancellationToken))
        );

    /// <param name="source">Empty: all.</param>
    /// <param name="status">Empty: all.</param>
    public async Task<IReadOnlyList<RewardRuleView>> HandleAsync(
        string source,
        string status,
        Language language,
        CancellationToken cancellationToken
    )
    {
        CallerText.Check("source", source, MaxSourceLength);
        if (status is not ("" or RewardStatus.Active or RewardStatus.Disabled))
            throw RefusedException.Field("status", $"must be {RewardStatus.Active} or {RewardStatus.Disabled}");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rules = db.RewardRules.AsNoTracking();
        if (source.Length > 0)
            rules = rules.Where(r => r.Source == source);
        if (status.Length > 0)
            rules = rules.Where(r => r.Status == status);
        var rows = await rules.OrderBy(r => r.RuleId).Take(Limit).ToListAsync(cancellationToken);
        return [.. rows.Select(r => RewardRuleView.Of(r, language))];
    }
}
