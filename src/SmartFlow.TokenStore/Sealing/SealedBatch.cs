using System.Buffers;
using System.Data.Common;
using System.Runtime.CompilerServices;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>The entries of one batch as hashes, in the order of account and sequence.</summary>
internal sealed class SealedBatch
{
    public required long BatchId { get; init; }

    public List<byte[]> Leaves { get; } = [];

    /// <summary>Account, sequence and transaction of each leaf.</summary>
    public List<(long AccountId, long Seq, long TransactionId)> Entries { get; } = [];

    public DateTimeOffset CreatedAt { get; private set; }

    /// <summary>
    /// Reads rows of <see cref="SealHash.Columns"/>, ordered by batch, account and sequence, batch by batch.
    /// </summary>
    /// <param name="command">Run once; one batch is in memory at a time.</param>
    /// <param name="cancellationToken">Ends it between two rows.</param>
    public static async IAsyncEnumerable<SealedBatch> ReadAsync(
        DbCommand command,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var buffer = new ArrayBufferWriter<byte>(1024);
        SealedBatch? batch = null;
        while (await row.ReadAsync(cancellationToken))
        {
            var id = row.GetInt64(0);
            if (batch is not null && batch.BatchId != id)
                yield return batch;
            if (batch?.BatchId != id)
                batch = new SealedBatch { BatchId = id, CreatedAt = UnixMicros.ToTime(row.GetInt64(15)) };
            batch.Leaves.Add(SealHash.Leaf(row, buffer));
            batch.Entries.Add((row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)));
        }
        if (batch is not null)
            yield return batch;
    }
}
