using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.TokenStore.Rewards;

/// <summary>Something that a user is to be rewarded for.</summary>
/// <param name="EventId">Opaque; the same event rewards once, for ever.</param>
/// <param name="SourceRefId">What was rewarded, e.g. the post.</param>
/// <param name="FromAccountId">Whoever caused it; null: the one who reports it does not say.</param>
internal sealed record RewardEvent(
    long AccountId,
    string EventId,
    string Source,
    string SourceRefId,
    long? FromAccountId = null
);

/// <summary>Books rewards at the amount and the daily cap of the rule that their source has now.</summary>
internal sealed class GrantReward(
    IDbContextFactory<TokenStoreDb> databases,
    LedgerWorker ledger,
    IOptions<StoreOptions> options,
    TimeProvider time
)
{
    /// <returns>A decision each, in order: Applied (also where it was skipped), Repeated, Conflict or
    /// NotFound.</returns>
    public async Task<LedgerDecision[]> HandleAsync(
        IReadOnlyCollection<RewardEvent> events,
        CancellationToken cancellationToken
    )
    {
        var sources = events.Select(e => e.Source).Distinct().ToArray();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rules = await db
            .RewardRules.AsNoTracking()
            .Where(r => sources.Contains(r.Source))
            .ToDictionaryAsync(r => r.Source, cancellationToken);
        var from = await FromAsync(db, events, rules, cancellationToken);
        var day = Today();
        return await Task.WhenAll(
            events.Select(e => ledger.SubmitAsync(Command(e, rules.GetValueOrDefault(e.Source), from, day)))
        );
    }

    /// <summary>The accounts from which rewards come, where a rule asks for their age.</summary>
    private static async Task<Dictionary<long, CreditAccount>> FromAsync(
        TokenStoreDb db,
        IReadOnlyCollection<RewardEvent> events,
        Dictionary<string, RewardRule> rules,
        CancellationToken cancellationToken
    )
    {
        if (!rules.Values.Any(r => r.MinAccountAgeHours > 0))
            return [];
        var ids = events.Select(e => e.FromAccountId).OfType<long>().Distinct().ToArray();
        return await db
            .Accounts.AsNoTracking()
            .Where(a => ids.Contains(a.AccountId))
            .ToDictionaryAsync(a => a.AccountId, cancellationToken);
    }

    private Reward Command(RewardEvent e, RewardRule? rule, Dictionary<long, CreditAccount> from, long day) =>
        new(
            e.AccountId,
            e.EventId,
            e.Source,
            e.SourceRefId,
            checked((rule?.Amount ?? 0) * Pricing.MicrosPerCredit),
            checked((rule?.DailyCap ?? 0) * Pricing.MicrosPerCredit),
            day,
            SkippedAs(e, rule, from),
            rule?.Name ?? e.Source
        );

    private string SkippedAs(RewardEvent e, RewardRule? rule, Dictionary<long, CreditAccount> from)
    {
        if (rule?.Status != RewardStatus.Active)
            return Skipped.Disabled;
        if (rule.MinAccountAgeHours == 0 || e.FromAccountId is not { } account)
            return "";
        return
            from.GetValueOrDefault(account) is { } known
            && (known.RechargedMicros > 0 || known.CreatedAt <= time.GetUtcNow().AddHours(-rule.MinAccountAgeHours))
            ? ""
            : Skipped.NewAccount;
    }

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
