using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Looks after calls whose process died, at the start before anything is served and then every few seconds. Never sent:
/// forgotten and released. Sent: suspense, and after its grace one estimated expense. The same for a call of this
/// process that nothing runs any more. Also writes ends that the journal did not take and renews the holds of running
/// calls. Calls of another process that lives are its own affair, whatever state they are in.
/// </summary>
internal sealed partial class Recovery(
    IDbContextFactory<LlmDb> factory,
    IWriter<LlmDb> writer,
    Journal journal,
    Ending ending,
    LiveCalls live,
    Unwritten unwritten,
    LifeSigns signs,
    ICreditLedger ledger,
    IOptions<LlmOptions> options,
    TimeProvider time,
    ILogger<Recovery> logger
) : BackgroundService
{
    private const int BatchLimit = 1_000;
    private const int RoundsMax = 100;
    private static readonly TimeSpan RoundPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Longer than a beginning can be on its way: a silent database is given up after seconds, and what it took late is
    /// undone or, if that failed too, found here. A call that began while the database was away holds its Credit no
    /// longer than this.
    /// </summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(20);
    private const string Claim = "UPDATE llm_calls SET owner = $2 WHERE id = $1 AND owner = $3 AND state = 'started'";
    private DateTimeOffset renewedAt;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await signs.ShowAsync(cancellationToken);
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
        // Before the leases are: whoever stands in a row has shown its lease earlier.
        var owners = await db
            .Calls.Where(c =>
                c.State == CallState.Started || c.State == CallState.Sent || c.State == CallState.Suspense
            )
            .Select(c => c.Owner)
            .Distinct()
            .ToListAsync(cancellationToken);
        var (living, me) = (await signs.LivingAsync(db, cancellationToken), journal.Owner);
        // Asked after the leases were read: while they were, the database may have been away.
        var dead = signs.MayJudge ? owners.Except(living).Where(o => o != me).ToArray() : [];
        var orphans = await db
            .Calls.AsNoTracking()
            .Where(c => c.State == CallState.Started || c.State == CallState.Sent)
            .Where(c => c.Owner == me ? c.StartedAt < lost && !running.Contains(c.Id) : dead.Contains(c.Owner))
            .OrderBy(c => c.Id)
            .Take(BatchLimit)
            .ToListAsync(cancellationToken);
        foreach (var row in orphans)
            if (row.State == CallState.Sent)
                await journal.WriteAsync(new Suspend(row, now.AddSeconds(options.Value.SuspenseGraceSeconds)));
            else if (await ClaimAsync(row))
            {
                await ending.ReleaseAsync(row);
                await journal.WriteAsync(new Forget(row));
            }
        var unknown = await db
            .Calls.AsNoTracking()
            .Where(c => c.State == CallState.Suspense && c.SuspenseUntil <= now)
            .Where(c => c.Owner == me ? !running.Contains(c.Id) : dead.Contains(c.Owner))
            .OrderBy(c => c.Id)
            .Take(BatchLimit)
            .ToListAsync(cancellationToken);
        foreach (var row in unknown)
            await ending.SettleUnknownAsync(row);
        if (orphans.Count + unknown.Count > 0)
            Log.Swept(logger, orphans.Count, unknown.Count);
        return orphans.Count + unknown.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var nextSweep = time.GetUtcNow().AddSeconds(options.Value.RecoveryIntervalSeconds);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                await ending.WriteUnwrittenAsync(stoppingToken);
                await RenewHoldsAsync(stoppingToken);
                if (time.GetUtcNow() < nextSweep)
                    continue;
                nextSweep = time.GetUtcNow().AddSeconds(options.Value.RecoveryIntervalSeconds);
                // What a full round leaves does not wait for the next one.
                for (var i = 0; i < RoundsMax && await SweepAsync(stoppingToken) >= BatchLimit; i++)
                    await RenewHoldsAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.RoundFailed(logger, e);
            }
        }
    }

    private TimeSpan Pause =>
        RoundPause.TotalSeconds < options.Value.RecoveryIntervalSeconds
            ? RoundPause
            : TimeSpan.FromSeconds(options.Value.RecoveryIntervalSeconds);

    /// <summary>
    /// Makes a call ours before its hold is given back: of two processes that found it one goes on, and no repeat can
    /// begin, with a hold under the same key, while a late release may still hit it.
    /// </summary>
    private async Task<bool> ClaimAsync(LlmCall row)
    {
        var claimed =
            await writer.RunAsync(
                sql => sql.RunAsync(Claim, row.Id, journal.Owner, row.Owner),
                Durability.Process,
                CancellationToken.None
            ) == 1;
        row.Owner = journal.Owner;
        return claimed;
    }

    private async Task RenewHoldsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now - renewedAt < RenewAfter)
            return;
        renewedAt = now;
        var rows = live.All.Select(c => c.Row).Concat(unwritten.All.Select(u => u.Row));
        foreach (var some in rows.Where(r => !r.SkipCharge && now - r.StartedAt > RenewAfter).Chunk(BatchLimit))
        {
            var request = new RenewHoldsRequest();
            request.Keys.AddRange(some.Select(Ending.KeyOf));
            await ledger.RenewHoldsAsync(request, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "{Orphans} calls of dead processes were looked after, {Unknown} unknown outcomes settled by estimate"
        )]
        public static partial void Swept(ILogger logger, int orphans, int unknown);

        [LoggerMessage(2, LogLevel.Warning, "A round of the recovery failed; the next one tries again")]
        public static partial void RoundFailed(ILogger logger, Exception e);
    }
}
