using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Looks after calls whose process died, at the start before anything is served and then every minute. Never sent:
/// forgotten and released. Sent: suspense, and after its grace one estimated expense. The same for a call of this process
/// that nothing runs any more. Also writes ends that the journal did not take and renews the holds of running calls.
/// </summary>
internal sealed partial class Recovery(
    IDbContextFactory<LlmDb> factory, IWriter<LlmDb> writer, Journal journal, Ending ending, LiveCalls live, Unwritten unwritten,
    ICreditLedger ledger,
    IOptions<LlmOptions> options, IOptions<DataOptions> data, TimeProvider time, ILogger<Recovery> logger) : BackgroundService
{
    private const int BatchLimit = 1_000;
    private const int RoundsMax = 100;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);
    private DateTimeOffset renewedAt;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await SignOfLifeAsync(cancellationToken);
        await ReleaseFailedAsync(cancellationToken);
        await SweepAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>One round; returns how many calls it settled, suspended or forgot.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var lost = now - LostAfter;
        // Read before the rows are: what ends in between is no longer in a state that the sweep changes.
        var running = live.All.Select(c => c.Row).Concat(unwritten.All.Select(u => u.Row)).Select(r => r.Id).ToArray();
        var sqlite = !data.Value.UsesPostgres;
        // The lock on the data folder says that every other owner is dead; in a cluster their leases do.
        var orphans = await db.Calls.AsNoTracking()
            .Where(c => c.State == CallState.Started || c.State == CallState.Sent)
            .Where(c => c.Owner == journal.Owner
                ? c.StartedAt < lost && !running.Contains(c.Id)
                : sqlite || !db.Owners.Any(o => o.Owner == c.Owner && o.AliveUntil > now))
            .OrderBy(c => c.Id).Take(BatchLimit).ToListAsync(cancellationToken);
        foreach (var row in orphans)
            if (row.State == CallState.Sent)
                await journal.WriteAsync(new Suspend(row, now.AddSeconds(options.Value.SuspenseGraceSeconds)));
            else
            {
                await ending.ReleaseAsync(row);
                await journal.WriteAsync(new Forget(row));
            }
        var unknown = await db.Calls.AsNoTracking().Where(c => c.State == CallState.Suspense && c.SuspenseUntil <= now)
            .OrderBy(c => c.Id).Take(BatchLimit).ToListAsync(cancellationToken);
        foreach (var row in unknown) await ending.SettleUnknownAsync(row);
        if (orphans.Count + unknown.Count > 0) Log.Swept(logger, orphans.Count, unknown.Count);
        return orphans.Count + unknown.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var nextSweep = time.GetUtcNow().AddSeconds(options.Value.RecoveryIntervalSeconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = TimeSpan.FromSeconds(Math.Min(options.Value.RecoveryIntervalSeconds, Lease.TotalSeconds / 3));
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (stoppingToken.IsCancellationRequested) return;
                await SignOfLifeAsync(stoppingToken);
                await ending.WriteUnwrittenAsync(stoppingToken);
                await RenewHoldsAsync(stoppingToken);
                if (time.GetUtcNow() < nextSweep) continue;
                nextSweep = time.GetUtcNow().AddSeconds(options.Value.RecoveryIntervalSeconds);
                // What a full round leaves does not wait for the next one; the leases do not wait for it either.
                for (var i = 0; i < RoundsMax && await SweepAsync(stoppingToken) >= BatchLimit; i++)
                {
                    await SignOfLifeAsync(stoppingToken);
                    await RenewHoldsAsync(stoppingToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.RoundFailed(logger, e);
            }
        }
    }

    private async Task SignOfLifeAsync(CancellationToken cancellationToken)
    {
        if (!data.Value.UsesPostgres) return;
        var until = time.GetUtcNow() + Lease;
        await writer.WriteAsync(
            async (db, token) =>
            {
                await db.Owners.Where(o => o.AliveUntil < until.AddHours(-1)).ExecuteDeleteAsync(token);
                return await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO llm_owners (owner, alive_until) VALUES ({journal.Owner}, {UnixMicros.From(until)})
                    ON CONFLICT (owner) DO UPDATE SET alive_until = excluded.alive_until
                    """, token);
            },
            cancellationToken);
    }

    private async Task RenewHoldsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - renewedAt < RenewAfter) return;
        renewedAt = now;
        var rows = live.All.Select(c => c.Row).Concat(unwritten.All.Select(u => u.Row));
        foreach (var some in rows.Where(r => !r.SkipCharge && now - r.StartedAt > RenewAfter).Chunk(BatchLimit))
        {
            var request = new RenewHoldsRequest();
            request.Keys.AddRange(some.Select(Ending.KeyOf));
            await ledger.RenewHoldsAsync(request, cancellationToken);
        }
    }

    /// <summary>A crash between a failure's journal entry and its release leaves a hold behind.</summary>
    private async Task ReleaseFailedAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var last = await db.Calls.AsNoTracking().Where(c => c.State == CallState.Failed).OrderByDescending(c => c.Id)
            .Take(BatchLimit).ToListAsync(cancellationToken);
        var since = time.GetUtcNow().AddMinutes(-15);
        foreach (var row in last.Where(c => c.FinishedAt > since)) await ending.ReleaseAsync(row);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Orphans} calls of dead processes were looked after, {Unknown} unknown outcomes settled by estimate")]
        public static partial void Swept(ILogger logger, int orphans, int unknown);

        [LoggerMessage(2, LogLevel.Warning, "A round of the recovery failed; the next one tries again")]
        public static partial void RoundFailed(ILogger logger, Exception e);
    }
}
