using System.Buffers;
using System.Buffers.Binary;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>
/// Length-prefixed messages: one byte that says whether the message is compressed, its length as four bytes in network
/// order, the message. Source: "gRPC over HTTP2", Length-Prefixed-Message.
/// </summary>
internal static class Frame
{
    public const int PrefixBytes = 5;

    /// <summary>Takes the next whole frame from the buffer; false leaves it as it is, because bytes are missing.</summary>
    /// <exception cref="RpcException">resource_exhausted: announced larger than the limit; internal: no such frame.</exception>
    public static bool TryRead(
        ref ReadOnlySequence<byte> buffer, int maxMessageBytes, out bool compressed, out ReadOnlySequence<byte> payload)
    {
        (compressed, payload) = (false, default);
        if (buffer.Length < PrefixBytes) return false;
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        buffer.Slice(0, PrefixBytes).CopyTo(prefix);
        if (prefix[0] > 1) throw new RpcException(RpcStatusCode.Internal, $"A message begins with {prefix[0]}, not with 0 or 1.");
        var length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > (uint)maxMessageBytes) throw TooLarge(length, maxMessageBytes);
        if (buffer.Length - PrefixBytes < length) return false;
        compressed = prefix[0] == 1;
        payload = buffer.Slice(PrefixBytes, length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    public static void WritePrefix(Span<byte> prefix, bool compressed, int length)
    {
        prefix[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt32BigEndian(prefix[1..], (uint)length);
    }

    public static RpcException TooLarge(long bytes, int maxMessageBytes) =>
        new(RpcStatusCode.ResourceExhausted, $"A message has {bytes} bytes; {maxMessageBytes} are the limit.");
}
