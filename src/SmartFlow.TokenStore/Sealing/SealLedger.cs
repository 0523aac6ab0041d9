using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;
using SmartFlow.TokenStore.Reconcile;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>
/// Seals what has committed, off the hot path: a batch commits in one transaction, so that whoever sees one of its
/// entries sees all. A position can be taken once, so that two sealers cannot fork the chain: the later one begins
/// again.
/// </summary>
internal sealed partial class SealLedger(
    ReadOnlyLedger ledger,
    IWriter<TokenStoreDb> writer,
    IOptions<SealingOptions> options,
    TimeProvider time,
    ILogger<SealLedger> logger
) : BackgroundService
{
    private const string Insert = """
        INSERT INTO ledger_seals (position, batch_id, entries, root, seal, sealed_at) VALUES ($1, $2, $3, $4, $5, $6)
        """;

    private const string Head = "SELECT position, seal FROM ledger_seals ORDER BY position DESC LIMIT 1";

    /// <summary>
    /// Leaps from batch to batch, because a look at every entry of the last minutes would cost more than the sealing.
    /// </summary>
    private const string Unsealed = $"""
        WITH RECURSIVE batches(id) AS (
            SELECT MIN(batch_id) FROM credit_ledger WHERE batch_id > $1
            UNION ALL
            SELECT (SELECT MIN(n.batch_id) FROM credit_ledger n WHERE n.batch_id > b.id) FROM batches b WHERE b.id IS NOT NULL)
        SELECT {SealHash.Columns} FROM credit_ledger l WHERE l.batch_id IN (
            SELECT id FROM batches WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_seals s WHERE s.batch_id = id) LIMIT $2)
        ORDER BY l.batch_id, l.account_id, l.seq
        """;

    // What was sealed when: batches below what was sealed a while ago are not looked at again until the next whole
    // pass.
    private readonly Queue<(DateTimeOffset At, long BatchId)> sealedAt = new();
    private long lookAfter = long.MinValue;
    private long sweptTo = long.MinValue;
    private DateTimeOffset wholeAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.IntervalSeconds == 0)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await SealAsync(stoppingToken) > 0)
                    await Task.Yield();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.Failed(logger, e);
            }
            await Task.Delay(TimeSpan.FromSeconds(options.Value.IntervalSeconds), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>How many batches this pass sealed.</returns>
    public async Task<int> SealAsync(CancellationToken cancellationToken)
    {
        LookBack();
        var seals = await ComputeAsync(Math.Max(lookAfter, sweptTo), cancellationToken);
        // The next pass of a sweep goes on behind this one; the next sweep looks at the last minutes again.
        sweptTo = seals.Count == 0 ? long.MinValue : seals[^1].BatchId;
        if (seals.Count == 0)
            return 0;
        FaultPoint.Reach("seal.computed");
        try
        {
            await writer.RunAsync(sql => InsertAsync(sql, seals), Durability.PowerLoss, cancellationToken);
        }
        catch (Exception e) when (UniqueViolation.Is(e))
        {
            Log.Overtaken(logger, seals[0].Position);
            sweptTo = long.MinValue;
            return 0;
        }
        FaultPoint.Reach("seal.written");
        sealedAt.Enqueue((time.GetUtcNow(), seals[^1].BatchId));
        return seals.Count;
    }

    private static async ValueTask<int> InsertAsync(Statements sql, List<LedgerSeal> seals)
    {
        foreach (var s in seals)
            await sql.RunAsync(Insert, s.Position, s.BatchId, s.Entries, s.Root, s.Seal, UnixMicros.From(s.SealedAt));
        return seals.Count;
    }

    private async Task<List<LedgerSeal>> ComputeAsync(long after, CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenAsync(cancellationToken);
        await using var snapshot = await ReadOnlyLedger.SnapshotAsync(connection, cancellationToken);
        var (position, seal) = (0L, SealHash.Genesis);
        await using (
            var head = await ReadOnlyLedger.Command(connection, snapshot, Head).ExecuteReaderAsync(cancellationToken)
        )
            if (await head.ReadAsync(cancellationToken))
                (position, seal) = (head.GetInt64(0), (byte[])head.GetValue(1));
        var now = time.GetUtcNow();
        var seals = new List<LedgerSeal>();
        await using var command = ReadOnlyLedger.Command(
            connection,
            snapshot,
            Unsealed,
            after,
            options.Value.BatchesPerPass
        );
        await foreach (var batch in SealedBatch.ReadAsync(command, cancellationToken))
        {
            var root = SealHash.Root(batch.Leaves);
            seal = SealHash.Seal(seal, ++position, batch.BatchId, batch.Leaves.Count, root);
            seals.Add(
                new LedgerSeal
                {
                    Position = position,
                    BatchId = batch.BatchId,
                    Entries = batch.Leaves.Count,
                    Root = root,
                    Seal = seal,
                    SealedAt = now,
                }
            );
        }
        return seals;
    }

    /// <summary>From the beginning at the start and every few hours, else from what was sealed a while ago.</summary>
    private void LookBack()
    {
        var now = time.GetUtcNow();
        if (now - wholeAt >= TimeSpan.FromHours(options.Value.WholeLedgerHours))
            (wholeAt, lookAfter) = (now, long.MinValue);
        while (sealedAt.TryPeek(out var old) && now - old.At >= TimeSpan.FromSeconds(options.Value.LookBackSeconds))
            lookAfter = Math.Max(lookAfter, sealedAt.Dequeue().BatchId);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The ledger could not be sealed; trying again")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(2, LogLevel.Information, "Another process sealed position {Position} first")]
        public static partial void Overtaken(ILogger logger, long position);
    }
}
