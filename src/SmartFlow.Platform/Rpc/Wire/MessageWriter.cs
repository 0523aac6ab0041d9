using System.Buffers;
using Google.Protobuf;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>Writes messages as frames, straight into the buffer of the connection.</summary>
internal static class MessageWriter
{
    /// <param name="output">The buffer; nothing has been written where this throws.</param>
    /// <param name="message">The message.</param>
    /// <param name="compressFrom">The size from which it is compressed; 0: never.</param>
    /// <param name="maxMessageBytes">The limit, unpacked.</param>
    /// <exception cref="RpcException">resource_exhausted: larger than the limit.</exception>
    public static void Write(IBufferWriter<byte> output, IMessage message, int compressFrom, int maxMessageBytes)
    {
        var size = message.CalculateSize();
        if (size > maxMessageBytes) throw Frame.TooLarge(size, maxMessageBytes);
        if (compressFrom > 0 && size >= compressFrom)
        {
            WritePacked(output, message, size);
            return;
        }
        Prefix(output, compressed: false, size);
        if (size > 0) message.WriteTo(output);
    }

    private static void WritePacked(IBufferWriter<byte> output, IMessage message, int size)
    {
        var plain = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            message.WriteTo(plain.AsSpan(0, size));
            var packed = Gzip.Pack(plain.AsSpan(0, size));
            Prefix(output, compressed: true, packed.Length);
            output.Write(packed.Span);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private static void Prefix(IBufferWriter<byte> output, bool compressed, int length)
    {
        Frame.WritePrefix(output.GetSpan(Frame.PrefixBytes), compressed, length);
        output.Advance(Frame.PrefixBytes);
    }
}
