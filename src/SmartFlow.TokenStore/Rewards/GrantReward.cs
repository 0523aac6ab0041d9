using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.TokenStore.Rewards;

/// <summary>Something that a user is to be rewarded for.</summary>
/// <param name="EventId">Opaque; the same event rewards once, for ever.</param>
/// <param name="SourceRefId">What was rewarded, e.g. the post.</param>
internal sealed record RewardEvent(long AccountId, string EventId, string Source, string SourceRefId);

/// <summary>Books rewards at the amount and the daily cap of the rule that their source has now.</summary>
internal sealed class GrantReward(
    IDbContextFactory<TokenStoreDb> databases, LedgerWorker ledger, IOptions<StoreOptions> options, TimeProvider time)
{
    /// <returns>A decision each, in order: Applied (also where it was skipped), Repeated, Conflict or NotFound.</returns>
    public async Task<LedgerDecision[]> HandleAsync(IReadOnlyCollection<RewardEvent> events, CancellationToken cancellationToken)
    {
        var sources = events.Select(e => e.Source).Distinct().ToArray();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rules = await db.RewardRules.AsNoTracking().Where(r => sources.Contains(r.Source))
            .ToDictionaryAsync(r => r.Source, cancellationToken);
        var day = Today();
        return await Task.WhenAll(events.Select(e => ledger.SubmitAsync(Command(e, rules.GetValueOrDefault(e.Source), day))));
    }

    private static Reward Command(RewardEvent e, RewardRule? rule, long day) => new(
        e.AccountId, e.EventId, e.Source, e.SourceRefId,
        checked((rule?.Amount ?? 0) * Pricing.MicrosPerCredit),
        checked((rule?.DailyCap ?? 0) * Pricing.MicrosPerCredit),
        day, rule?.Status == RewardStatus.Active, rule?.Name ?? e.Source);

    private long Today()
    {
        var today = TimeZoneInfo.ConvertTime(time.GetUtcNow(), options.Value.Zone());
        return (today.Year * 10_000L) + (today.Month * 100) + today.Day;
    }
}

/// <summary>The words of <see cref="RewardRule.Status"/>.</summary>
internal static class RewardStatus
{
    public const string Active = "active";
    public const string Disabled = "disabled";
}

/// <summary>What the forum rewards its authors for.</summary>
internal static class ForumSources
{
    public const string Like = "forum_like";
    public const string Import = "forum_import";
}
