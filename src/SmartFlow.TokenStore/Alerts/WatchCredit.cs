using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.TokenStore.Alerts;

/// <summary>
/// Announces low balances and large days, off the settlement: now and then it looks at the accounts that the ledger's
/// new entries belong to. Every entry is looked at in two passes, because one that commits late may have an earlier
/// number; what was announced stands in a row that changes in the transaction of its event, so that looking twice, or
/// from two processes, announces once.
/// </summary>
internal sealed partial class WatchCredit(
    IDbContextFactory<TokenStoreDb> factory,
    IWriter<TokenStoreDb> writer,
    IOptions<AlertOptions> options,
    TimeProvider time,
    ILogger<WatchCredit> logger
) : BackgroundService
{
    private const int AccountsAtOnce = 500;

    /// <summary>
    /// After a start it begins so many entries back; what changed before is noticed with the account's next entry.
    /// </summary>
    private const long LookBack = 10_000;

    private long after = -1;
    private long before = -1;

    /// <summary>One look.</summary>
    /// <returns>How many events were written.</returns>
    public async Task<int> LookAsync(CancellationToken cancellationToken)
    {
        var announced = 0;
        var from = before;
        for (var more = true; more; )
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            if (from < 0)
                from = Math.Max(
                    0,
                    (await db.Ledger.MaxAsync(l => (long?)l.TransactionId, cancellationToken) ?? 0) - LookBack
                );
            var start = from;
            var entries = await db
                .Ledger.AsNoTracking()
                .Where(l => l.TransactionId > start)
                .OrderBy(l => l.TransactionId)
                .Take(options.Value.EntriesPerPass)
                .Select(l => new { l.TransactionId, l.AccountId })
                .ToListAsync(cancellationToken);
            more = entries.Count == options.Value.EntriesPerPass;
            if (entries.Count > 0)
                from = entries[^1].TransactionId;
            foreach (
                var accounts in entries.Select(e => e.AccountId).Where(a => a > 0).Distinct().Chunk(AccountsAtOnce)
            )
                announced += await LookAsync(db, accounts, cancellationToken);
        }
        (before, after) = (after < 0 ? from : after, from);
        return announced;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.IntervalSeconds == 0)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.IntervalSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e);
            }
    }

    private async Task<int> LookAsync(TokenStoreDb db, long[] ids, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var day = now.ToUnixTimeSeconds() / 86_400;
        var firstHour = day * 24;
        var balances = await db
            .Accounts.AsNoTracking()
            .Where(a => ids.Contains(a.AccountId))
            .Select(a => new { a.AccountId, a.PostedMicros })
            .ToListAsync(cancellationToken);
        var spent = await db
            .Rollups.AsNoTracking()
            .Where(r => ids.Contains(r.AccountId) && r.Hour >= firstHour)
            .GroupBy(r => r.AccountId)
            .Select(g => new { g.Key, Micros = g.Sum(r => r.CreditMicros) })
            .ToDictionaryAsync(g => g.Key, g => g.Micros, cancellationToken);
        var alerts = await db
            .Alerts.AsNoTracking()
            .Where(a => ids.Contains(a.AccountId))
            .ToDictionaryAsync(a => a.AccountId, cancellationToken);
        var announced = 0;
        foreach (var account in balances)
        {
            var alert = alerts.GetValueOrDefault(account.AccountId)
                ?? new CreditAlert { AccountId = account.AccountId };
            var found = new AccountNow(account.PostedMicros, spent.GetValueOrDefault(account.AccountId), day);
            if (AlertRules.Decide(alert, found, options.Value) is { IsNothing: false } decision)
                announced += await writer.WriteAsync(
                    (w, token) => ApplyAsync(w, alert, found, decision, now, token),
                    cancellationToken
                );
        }
        return announced;
    }

    /// <summary>
    /// Each change is a step from the state that was seen: where another process made it first, nothing is announced.
    /// </summary>
    private async Task<int> ApplyAsync(
        TokenStoreDb db,
        CreditAlert alert,
        AccountNow found,
        AlertDecision decision,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // The notice belongs to this look: a crossing is of several entries, and whoever looks need not have settled
        // them.
        using var span = Tracing.Source.StartActivity("announce credit");
        var (id, announced) = (alert.AccountId, 0);
        await AlertSettings.EnsureAsync(db, id, cancellationToken);
        if (decision.Recovered)
            await db
                .Alerts.Where(a => a.AccountId == id)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.LowSince, (DateTimeOffset?)null), cancellationToken);
        if (
            decision.BecameLow
            && await db
                .Alerts.Where(a => a.AccountId == id && a.LowSince == null)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.LowSince, now), cancellationToken) == 1
        )
        {
            announced++;
            db.Publish(
                EventId("low", id, UnixMicros.From(now)),
                EventNames.CreditBalanceLow,
                (ulong)id,
                new CreditBalanceLow
                {
                    UserId = (ulong)id,
                    BalanceMicros = found.BalanceMicros,
                    ThresholdMicros = AlertRules.Low(alert, options.Value),
                },
                now
            );
        }
        if (
            decision.SpendReached
            && await db
                .Alerts.Where(a => a.AccountId == id && a.SpendDay < found.Day)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.SpendDay, found.Day), cancellationToken) == 1
        )
        {
            announced++;
            db.Publish(
                EventId("spend", id, found.Day),
                EventNames.CreditSpendReached,
                (ulong)id,
                new CreditSpendReached
                {
                    UserId = (ulong)id,
                    SpentMicros = found.SpentTodayMicros,
                    ThresholdMicros = AlertRules.Spend(alert, options.Value),
                    Day = DateTimeOffset
                        .UnixEpoch.AddDays(found.Day)
                        .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                },
                now
            );
        }
        await db.SaveChangesAsync(cancellationToken);
        return announced;
    }

    private static string EventId(string what, long account, long when) =>
        string.Create(CultureInfo.InvariantCulture, $"credit-{what}:{account}:{when}");

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "Low balances and large days could not be looked for; the next look tries again"
        )]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
