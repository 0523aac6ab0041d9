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
/// Calls of another process that lives are its own affair, whatever state they are in.
/// </summary>
internal sealed partial class Recovery(
    IDbContextFactory<LlmDb> factory, IWriter<LlmDb> writer, Journal journal, Ending ending, LiveCalls live, Unwritten unwritten,
    LifeSigns signs, ICreditLedger ledger, IOptions<LlmOptions> options, TimeProvider time, ILogger<Recovery> logger) : BackgroundService
{
    private const int BatchLimit = 1_000;
    private const int RoundsMax = 100;
    private static readonly TimeSpan RoundPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LostAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FailedHoldsKept = TimeSpan.FromMinutes(15);
    private const string Claim = """
        UPDATE llm_calls SET owner = $2, state = $3, started_at = $4 WHERE id = $1 AND owner = $5 AND state = $6
        """;

    private DateTimeOffset renewedAt;
    private bool releasedFailed;

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
        var living = await signs.LivingAsync(db, cancellationToken);
        // Asked after the leases were read: while they were, the database may have been away.
        var (judging, me) = (signs.MayJudge, journal.Owner);
        if (judging && !releasedFailed) await ReleaseFailedAsync(db, living, cancellationToken);
        var orphans = await db.Calls.AsNoTracking()
            .Where(c => c.State == CallState.Started || c.State == CallState.Sent)
            .Where(c => c.Owner == me ? c.StartedAt < lost && !running.Contains(c.Id) : judging && !living.Contains(c.Owner))
            .OrderBy(c => c.Id).Take(BatchLimit).ToListAsync(cancellationToken);
        foreach (var row in orphans)
            if (row.State == CallState.Sent)
                await journal.WriteAsync(new Suspend(row, now.AddSeconds(options.Value.SuspenseGraceSeconds)));
            else if (await ClaimAsync(row))
            {
                await ending.ReleaseAsync(row);
                await journal.WriteAsync(new Forget(row));
            }
        var unknown = await db.Calls.AsNoTracking().Where(c => c.State == CallState.Suspense && c.SuspenseUntil <= now)
            .Where(c => c.Owner == me ? !running.Contains(c.Id) : judging && !living.Contains(c.Owner))
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
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (stoppingToken.IsCancellationRequested) return;
                await ending.WriteUnwrittenAsync(stoppingToken);
                await RenewHoldsAsync(stoppingToken);
                if (time.GetUtcNow() < nextSweep) continue;
                nextSweep = time.GetUtcNow().AddSeconds(options.Value.RecoveryIntervalSeconds);
                // What a full round leaves does not wait for the next one.
                for (var i = 0; i < RoundsMax && await SweepAsync(stoppingToken) >= BatchLimit; i++) await RenewHoldsAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.RoundFailed(logger, e);
            }
        }
    }

    private TimeSpan Pause =>
        RoundPause.TotalSeconds < options.Value.RecoveryIntervalSeconds ? RoundPause : TimeSpan.FromSeconds(options.Value.RecoveryIntervalSeconds);

    /// <summary>
    /// Makes a call ours before its hold is given back: of two processes that found it one goes on, and no repeat can begin, with a
    /// hold under the same key, while a late release may still hit it.
    /// </summary>
    private async Task<bool> ClaimAsync(LlmCall row)
    {
        var claimed = await ChangeAsync(row, row.Owner, row.State, CallState.Started);
        row.Owner = journal.Owner;
        return claimed;
    }

    private async Task<bool> ChangeAsync(LlmCall row, string owner, string from, string to) => await writer.RunAsync(
        sql => sql.RunAsync(Claim, row.Id, journal.Owner, to, UnixMicros.From(time.GetUtcNow()), owner, from),
        Durability.Process, CancellationToken.None) == 1;

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

    /// <summary>
    /// A crash between a failure's journal entry and its release leaves a hold behind. Looked for once, as soon as others may be
    /// judged; the key is ours meanwhile, so that a repeat's own hold is not what is released.
    /// </summary>
    private async Task ReleaseFailedAsync(LlmDb db, IReadOnlyList<string> living, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - FailedHoldsKept;
        var last = await db.Calls.AsNoTracking().Where(c => c.FinishedAt > since && c.State == CallState.Failed && !living.Contains(c.Owner))
            .OrderByDescending(c => c.FinishedAt).Take(BatchLimit).ToListAsync(cancellationToken);
        foreach (var row in last.Where(c => c.Owner != journal.Owner))
        {
            if (!await ClaimAsync(row)) continue;
            await ending.ReleaseAsync(row);
            await ChangeAsync(row, row.Owner, CallState.Started, CallState.Failed);
        }
        releasedFailed = true;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "{Orphans} calls of dead processes were looked after, {Unknown} unknown outcomes settled by estimate")]
        public static partial void Swept(ILogger logger, int orphans, int unknown);

        [LoggerMessage(2, LogLevel.Warning, "A round of the recovery failed; the next one tries again")]
        public static partial void RoundFailed(ILogger logger, Exception e);
    }
}
