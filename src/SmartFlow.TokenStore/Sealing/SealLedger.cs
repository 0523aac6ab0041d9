using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;
using SmartFlow.TokenStore.Orders;
using SmartFlow.TokenStore.Reconcile;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>
/// Seals what has committed, off the hot path: a batch commits in one transaction, so that whoever sees one of its
/// entries sees all. A position can be taken once, so that two sealers cannot fork the chain: the later one begins again.
/// </summary>
internal sealed partial class SealLedger(
    ReadOnlyLedger ledger, IWriter<TokenStoreDb> writer, IOptions<SealingOptions> options, TimeProvider time, ILogger<SealLedger> logger)
    : BackgroundService
{
    private const int BatchesPerPass = 2_000;

    private const string Head = "SELECT position, seal FROM ledger_seals ORDER BY position DESC LIMIT 1";

    private const string Unsealed = $"""
        SELECT {SealHash.Columns} FROM credit_ledger l
        WHERE l.batch_id > $1 AND NOT EXISTS (SELECT 1 FROM ledger_seals s WHERE s.batch_id = l.batch_id)
        ORDER BY l.batch_id, l.account_id, l.seq LIMIT $2
        """;

    // What was sealed when: batches below what was sealed a while ago are not looked at again until the next whole pass.
    private readonly Queue<(DateTimeOffset At, long BatchId)> sealedAt = new();
    private long lookAfter = long.MinValue;
    private DateTimeOffset wholeAt = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.IntervalSeconds == 0) return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await SealAsync(stoppingToken) > 0) await Task.Yield();
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
        var seals = await ComputeAsync(cancellationToken);
        if (seals.Count == 0) return 0;
        FaultPoint.Reach("seal.computed");
        try
        {
            await writer.SaveAsync(
                (db, _) =>
                {
                    db.Seals.AddRange(seals);
                    return Task.CompletedTask;
                },
                cancellationToken);
        }
        catch (DbUpdateException e) when (UniqueViolation.Is(e))
        {
            Log.Overtaken(logger, seals[0].Position);
            return 0;
        }
        FaultPoint.Reach("seal.written");
        sealedAt.Enqueue((time.GetUtcNow(), seals.Max(s => s.BatchId)));
        return seals.Count;
    }

    private async Task<List<LedgerSeal>> ComputeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ledger.OpenAsync(cancellationToken);
        await using var snapshot = await ReadOnlyLedger.SnapshotAsync(connection, cancellationToken);
        var (position, seal) = (0L, SealHash.Genesis);
        await using (var head = await ReadOnlyLedger.Command(connection, snapshot, Head).ExecuteReaderAsync(cancellationToken))
            if (await head.ReadAsync(cancellationToken)) (position, seal) = (head.GetInt64(0), (byte[])head.GetValue(1));
        var now = time.GetUtcNow();
        var seals = new List<LedgerSeal>();
        await using var command = ReadOnlyLedger.Command(connection, snapshot, Unsealed, lookAfter, options.Value.EntriesPerPass);
        await foreach (var batch in SealedBatch.ReadAsync(command, options.Value.EntriesPerPass, cancellationToken))
        {
            var root = SealHash.Root(batch.Leaves);
            seal = SealHash.Seal(seal, ++position, batch.BatchId, batch.Leaves.Count, root);
            seals.Add(new LedgerSeal
            {
                Position = position, BatchId = batch.BatchId, Entries = batch.Leaves.Count, Root = root, Seal = seal, SealedAt = now,
            });
            if (seals.Count == BatchesPerPass) break;
        }
        return seals;
    }

    /// <summary>From the beginning at the start and once a day, else from what was sealed a while ago.</summary>
    private void LookBack()
    {
        var now = time.GetUtcNow();
        if (now - wholeAt >= TimeSpan.FromHours(options.Value.WholeLedgerHours)) (wholeAt, lookAfter) = (now, long.MinValue);
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
