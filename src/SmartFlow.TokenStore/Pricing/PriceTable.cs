using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore;

/// <summary>
/// The price rules in memory: filled after migration, after every write of this process and, for the writes of other
/// processes, every few seconds. A failed refresh keeps what is there.
/// </summary>
internal sealed partial class PriceTable(
    IDbContextFactory<TokenStoreDb> databases,
    IOptions<StoreOptions> options,
    TimeProvider time,
    ILogger<PriceTable> logger
) : BackgroundService
{
    private const int Limit = 10_000;
    private volatile PriceList? list;

    /// <summary>The price of a call, frozen; null where no rule covers it.</summary>
    /// <exception cref="RefusedException">unavailable: the rules have not been read yet.</exception>
    public FrozenPrice? Resolve(string scene, string provider, string model, DateTimeOffset now) =>
        (
            list
            ?? throw new RefusedException(
                ErrorCodes.Unavailable,
                "The price rules have not been read yet.",
                retryAfter: TimeSpan.FromSeconds(1)
            )
        ).Resolve(scene, provider, model, now);

    /// <summary>There may be a rule that makes calls free.</summary>
    public bool MayBeFree => list?.HasFree ?? true;

    /// <summary>What calls that this rule is written for cost now; null where no rule covers all of them.</summary>
    public FrozenPrice? Covering(PriceRule rule, DateTimeOffset now) =>
        Resolve(rule.Scene, rule.ProviderName, rule.ModelName, now);

    /// <summary>Reads the rules anew.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        list = new PriceList(await InForceFrom(db, now).ToListAsync(cancellationToken));
    }

    /// <summary>The versions that can be in force at or after this time, unless newer ones are written.</summary>
    public static IQueryable<PriceRule> InForceFrom(TokenStoreDb db, DateTimeOffset now) =>
        db
            .PriceRules.AsNoTracking()
            .Where(v => v.Current || db.PriceRules.Any(c => c.RuleId == v.RuleId && c.Current && c.EffectiveFrom > now))
            .OrderByDescending(v => v.Current)
            .ThenByDescending(v => v.RuleId)
            .ThenByDescending(v => v.Version)
            .Take(Limit);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.PriceRefreshSeconds), time);
        do
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.RefreshFailed(logger, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The price rules could not be read; those in memory stay in force")]
        public static partial void RefreshFailed(ILogger logger, Exception e);
    }
}
