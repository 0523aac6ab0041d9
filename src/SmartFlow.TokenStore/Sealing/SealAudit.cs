using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.TokenStore.Reconcile;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>
/// Computes every seal again from the ledger and names the batch that was changed, removed, added or moved; and every
/// batch that has no seal although younger ones have. One that only waits for the sealer is pending. Streams both.
/// </summary>
internal sealed class SealAudit(ReadOnlyLedger ledger, IOptions<SealingOptions> options, TimeProvider time)
    : IReconciliation
{
    private const int PageSize = 2_000;
    private const int ReordersTried = 1_024;

    private const string Page = """
        SELECT position, batch_id, entries, root, seal FROM ledger_seals WHERE position > $1 ORDER BY position LIMIT $2
        """;

    private const string Entries = $"""
        SELECT {SealHash.Columns} FROM credit_ledger l WHERE l.batch_id BETWEEN $1 AND $2 ORDER BY l.batch_id, l.account_id, l.seq
        """;

    private const string Unsealed = """
        SELECT l.batch_id, MIN(l.transaction_id), COUNT(*), MIN(l.created_at),
            (SELECT COALESCE(MAX(n.sealed_at), 0) FROM ledger_seals n WHERE n.position = (SELECT MAX(m.position) FROM ledger_seals m))
        FROM credit_ledger l
        WHERE l.created_at < $1 AND NOT EXISTS (SELECT 1 FROM ledger_seals s WHERE s.batch_id = l.batch_id)
        GROUP BY l.batch_id ORDER BY l.batch_id LIMIT $2
        """;

    private string note = "";

    public string Name => "seals";

    public string Note => Volatile.Read(ref note);

    public IAsyncEnumerable<Finding> CheckAsync(CancellationToken cancellationToken) =>
        VerifyAsync(1, cancellationToken);

    /// <param name="from">The first position that is checked; the one before is taken as it is.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    public async IAsyncEnumerable<Finding> VerifyAsync(
        long from,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        Volatile.Write(ref note, "");
        await using var connection = await ledger.OpenAsync(cancellationToken);
        await using var snapshot = await ReadOnlyLedger.SnapshotAsync(connection, cancellationToken);
        var before = new Stored(0, 0, 0, [], SealHash.Genesis);
        if (from > 1)
        {
            var start = await PageAsync(connection, snapshot, from - 2, 1, cancellationToken);
            if (start.Count == 0 || start[0].Position != from - 1)
            {
                yield return Missing(from - 1);
                yield break;
            }
            before = start[0];
        }
        while (
            await PageAsync(connection, snapshot, before.Position, PageSize, cancellationToken) is { Count: > 0 } page
        )
        {
            foreach (var finding in Chain(before, page))
                yield return finding;
            await foreach (var finding in BatchesAsync(connection, snapshot, page, cancellationToken))
                yield return finding;
            before = page[^1];
        }
        await foreach (var finding in UnsealedAsync(connection, snapshot, cancellationToken))
            yield return finding;
        Volatile.Write(
            ref note,
            string.Create(
                CultureInfo.InvariantCulture,
                $"seals checked to position {before.Position}, seal {Convert.ToHexStringLower(before.Seal)}"
            )
        );
    }

    /// <summary>Each position follows the one before and is sealed over it.</summary>
    private static IEnumerable<Finding> Chain(Stored before, List<Stored> page)
    {
        foreach (var seal in page)
        {
            if (seal.Position != before.Position + 1)
                yield return Missing(before.Position + 1);
            else if (
                !SealHash
                    .Seal(before.Seal, seal.Position, seal.BatchId, seal.Entries, seal.Root)
                    .AsSpan()
                    .SequenceEqual(seal.Seal)
            )
                yield return new Finding(
                    "every seal follows the one before",
                    $"position {seal.Position}, batch {seal.BatchId}: the seal is not the one of its content"
                );
            before = seal;
        }
    }

    private static async IAsyncEnumerable<Finding> BatchesAsync(
        DbConnection connection,
        DbTransaction snapshot,
        List<Stored> page,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var wanted = page.ToDictionary(s => s.BatchId);
        await using var command = ReadOnlyLedger.Command(
            connection,
            snapshot,
            Entries,
            page.Min(s => s.BatchId),
            page.Max(s => s.BatchId)
        );
        await foreach (var batch in SealedBatch.ReadAsync(command, cancellationToken))
            if (wanted.Remove(batch.BatchId, out var seal) && Compare(seal, batch) is { } finding)
                yield return finding;
        foreach (var seal in wanted.Values.OrderBy(s => s.Position))
            yield return new Finding(
                Unchanged,
                $"batch {seal.BatchId}, position {seal.Position}: all of its {seal.Entries} entries are gone"
            );
    }

    private const string Unchanged = "every batch is as it was sealed";

    private static Finding? Compare(Stored seal, SealedBatch batch)
    {
        var root = SealHash.Root(batch.Leaves);
        if (batch.Leaves.Count == seal.Entries && root.AsSpan().SequenceEqual(seal.Root))
            return null;
        var where = $"batch {seal.BatchId}, position {seal.Position}: ";
        if (Added(seal, batch) is { } added)
            return new Finding(
                Unchanged,
                $"{where}account {added.AccountId}, sequence {added.Seq}, transaction {added.TransactionId} was added",
                AccountId: added.AccountId,
                Seq: added.Seq
            );
        var (first, last) = (batch.Entries.Min(e => e.TransactionId), batch.Entries.Max(e => e.TransactionId));
        var what =
            batch.Leaves.Count == seal.Entries
                ? "an entry was changed"
                : $"{batch.Leaves.Count} entries, should be {seal.Entries}";
        return new Finding(
            Unchanged,
            $"{where}{what}; transactions {first} to {last}",
            AccountId: batch.Entries[0].AccountId,
            Seq: batch.Entries[0].Seq
        );
    }

    /// <summary>The one entry without which the batch is as it was sealed.</summary>
    private static (long AccountId, long Seq, long TransactionId)? Added(Stored seal, SealedBatch batch)
    {
        if (batch.Leaves.Count != seal.Entries + 1 || seal.Entries == 0 || batch.Leaves.Count > ReordersTried)
            return null;
        for (var i = 0; i < batch.Leaves.Count; i++)
            if (SealHash.Root([.. batch.Leaves.Take(i), .. batch.Leaves.Skip(i + 1)]).AsSpan().SequenceEqual(seal.Root))
                return batch.Entries[i];
        return null;
    }

    private async IAsyncEnumerable<Finding> UnsealedAsync(
        DbConnection connection,
        DbTransaction snapshot,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var old = UnixMicros.From(time.GetUtcNow().AddSeconds(-options.Value.GraceSeconds));
        var grace = options.Value.GraceSeconds * 1_000_000L;
        await using var command = ReadOnlyLedger.Command(connection, snapshot, Unsealed, old, PageSize);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken))
            yield return new Finding(
                "every batch is sealed",
                $"batch {row.GetInt64(0)} from transaction {row.GetInt64(1)}: its {row.GetInt64(2)} entries have no seal",
                Pending: row.GetInt64(4) <= row.GetInt64(3) + grace
            );
    }

    private static async Task<List<Stored>> PageAsync(
        DbConnection connection,
        DbTransaction snapshot,
        long after,
        int limit,
        CancellationToken cancellationToken
    )
    {
        await using var command = ReadOnlyLedger.Command(connection, snapshot, Page, after, limit);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var page = new List<Stored>();
        while (await row.ReadAsync(cancellationToken))
            page.Add(
                new Stored(
                    row.GetInt64(0),
                    row.GetInt64(1),
                    row.GetInt32(2),
                    (byte[])row.GetValue(3),
                    (byte[])row.GetValue(4)
                )
            );
        return page;
    }

    private static Finding Missing(long position) =>
        new("every seal follows the one before", $"position {position}: the seal is missing");

    private sealed record Stored(long Position, long BatchId, int Entries, byte[] Root, byte[] Seal);
}
