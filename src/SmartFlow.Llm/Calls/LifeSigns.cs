using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// By what other processes on the same PostgreSQL know that this one lives: a lease, by the database's clock, renewed
/// by a loop that waits for nothing else. On SQLite the lock on the data folder says it.
/// </summary>
internal sealed partial class LifeSigns(
    IWriter<LlmDb> writer,
    Journal journal,
    IOptions<DataOptions> data,
    TimeProvider time,
    ILogger<LifeSigns> logger
) : BackgroundService
{
    /// <summary>Who has given no sign for so long is dead.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Every = Lease / 3;

    /// <summary>
    /// Shorter than a lease by more than a pause: if others were as late as this, their leases would still hold.
    /// </summary>
    private static readonly TimeSpan Gap = Lease / 2;

    /// <summary>After so long without a gap others may be judged.</summary>
    private static readonly TimeSpan Steady = 2 * Lease;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(1);
    private readonly Lock gate = new();
    private long? lastAt;
    private long steadySince;

    /// <summary>
    /// Whether this process may take others for dead: while the database is away every lease runs out, so only who has
    /// given its own signs without a gap for a while knows that the others could have done so, too.
    /// </summary>
    public bool MayJudge
    {
        get
        {
            if (!data.Value.UsesPostgres)
                return true;
            lock (gate)
                return lastAt is { } last
                    && time.GetElapsedTime(last) < Gap
                    && time.GetElapsedTime(steadySince) >= Steady;
        }
    }

    /// <summary>The owners that live; on SQLite nobody but this process can.</summary>
    public async Task<IReadOnlyList<string>> LivingAsync(LlmDb db, CancellationToken cancellationToken) =>
        data.Value.UsesPostgres
            ? await db
                .Database.SqlQuery<string>(
                    $"SELECT owner AS \"Value\" FROM llm_owners WHERE alive_until > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
                )
                .ToListAsync(cancellationToken)
            : [journal.Owner];

    /// <summary>One sign, before anything is served and then by the loop.</summary>
    public async Task ShowAsync(CancellationToken cancellationToken)
    {
        if (!data.Value.UsesPostgres)
            return;
        // Before it is written: the lease begins later than this, so it is never believed for longer than it holds.
        var at = time.GetTimestamp();
        var (lease, kept) = ((long)Lease.TotalMicroseconds, (long)Kept.TotalMicroseconds);
        await writer.WriteAsync(
            (db, token) =>
                db.Database.ExecuteSqlAsync(
                    $"""
                    WITH clock AS (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now),
                    forgotten AS (DELETE FROM llm_owners USING clock WHERE owner <> {journal.Owner} AND alive_until < clock.now - {kept})
                    INSERT INTO llm_owners (owner, alive_until) SELECT {journal.Owner}, now + {lease} FROM clock
                    ON CONFLICT (owner) DO UPDATE SET alive_until = excluded.alive_until
                    """,
                    token
                ),
            cancellationToken
        );
        lock (gate)
        {
            // One that waited longer than those after it says nothing new.
            if (lastAt is { } newer && at <= newer)
                return;
            if (lastAt is not { } last || time.GetElapsedTime(last, at) >= Gap)
                steadySince = at;
            lastAt = at;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!data.Value.UsesPostgres)
            return;
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await ShowAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The sign that this process lives could not be written; trying again")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
