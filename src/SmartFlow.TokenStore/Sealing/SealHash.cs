using System.Buffers;
using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>
/// The hashes of docs/decisions/0064: SHA-256; a leaf is H(0 ‖ entry), a node H(1 ‖ left ‖ right), an odd node moves up
/// as it is; seal n is H(2 ‖ seal n−1 ‖ n ‖ batch ‖ entries ‖ root), and seal 0 is 32 zero bytes. Numbers are 8 bytes,
/// big-endian; texts are their length in bytes and UTF-8; an absent number is one byte 0, a present one 1 and its
/// bytes.
/// </summary>
internal static class SealHash
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>What <see cref="Leaf"/> reads, in this order; the batch id and the account first.</summary>
    public const string Columns =
        "batch_id, account_id, seq, transaction_id, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, "
        + "fingerprint, order_id, description, metadata_json, reverses, created_at";

    private const int ColumnCount = 16;

    public static readonly byte[] Genesis = new byte[Size];

    public static byte[] Leaf(DbDataReader row, ArrayBufferWriter<byte> buffer)
    {
        buffer.ResetWrittenCount();
        buffer.Write([(byte)0]);
        for (var i = 0; i < ColumnCount; i++)
        {
            if (i is 4 or 5 or 6 or 12 or 13)
                Add(buffer, row.GetString(i));
            else if (i is not (11 or 14))
                Add(buffer, row.GetInt64(i));
            else if (row.IsDBNull(i))
                buffer.Write([(byte)0]);
            else
            {
                buffer.Write([(byte)1]);
                Add(buffer, row.GetInt64(i));
            }
        }
        return SHA256.HashData(buffer.WrittenSpan);
    }

    /// <param name="leaves">At least one.</param>
    public static byte[] Root(IReadOnlyList<byte[]> leaves)
    {
        var level = leaves.ToArray();
        Span<byte> pair = stackalloc byte[1 + (2 * Size)];
        pair[0] = 1;
        while (level.Length > 1)
        {
            var above = new byte[(level.Length + 1) / 2][];
            for (var i = 0; i < above.Length; i++)
            {
                if ((2 * i) + 1 == level.Length)
                {
                    above[i] = level[2 * i];
                    continue;
                }
                level[2 * i].CopyTo(pair[1..]);
                level[(2 * i) + 1].CopyTo(pair[(1 + Size)..]);
                above[i] = SHA256.HashData(pair);
            }
            level = above;
        }
        return level[0];
    }

    public static byte[] Seal(
        ReadOnlySpan<byte> before,
        long position,
        long batchId,
        int entries,
        ReadOnlySpan<byte> root
    )
    {
        Span<byte> text = stackalloc byte[1 + Size + 24 + Size];
        text[0] = 2;
        before.CopyTo(text[1..]);
        BinaryPrimitives.WriteInt64BigEndian(text[(1 + Size)..], position);
        BinaryPrimitives.WriteInt64BigEndian(text[(9 + Size)..], batchId);
        BinaryPrimitives.WriteInt64BigEndian(text[(17 + Size)..], entries);
        root.CopyTo(text[(25 + Size)..]);
        return SHA256.HashData(text);
    }

    private static void Add(ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    private static void Add(ArrayBufferWriter<byte> buffer, string text)
    {
        Add(buffer, (long)Encoding.UTF8.GetByteCount(text));
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }
}
