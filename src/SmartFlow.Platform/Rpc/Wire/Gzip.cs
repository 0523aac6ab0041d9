using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>The one compression of messages that we speak beside none.</summary>
internal static class Gzip
{
    public const string Name = "gzip";
    public const string Identity = "identity";
    private const int FirstBytes = 4_096;

    /// <summary>Header, an empty block and trailer.</summary>
    private const int SmallestBytes = 20;

    /// <summary>Unpacks a message and gives up as soon as it is larger than the limit.</summary>
    /// <exception cref="RpcException">resource_exhausted; internal: this is no gzip.</exception>
    public static ReadOnlySequence<byte> Unpack(ReadOnlySequence<byte> packed, int maxMessageBytes)
    {
        var source = packed.IsSingleSegment && MemoryMarshal.TryGetArray(packed.First, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(packed.ToArray(), writable: false);
        using var unzip = new GZipStream(source, CompressionMode.Decompress);
        var unpacked = new ArrayBufferWriter<byte>(Math.Min(FirstBytes, maxMessageBytes));
        try
        {
            while (true)
            {
                var read = unzip.Read(unpacked.GetSpan(1));
                if (read == 0)
                    return EndsWith(packed, unpacked.WrittenCount)
                        ? new ReadOnlySequence<byte>(unpacked.WrittenMemory)
                        : throw new InvalidDataException("It is cut short.");
                unpacked.Advance(read);
                if (unpacked.WrittenCount > maxMessageBytes) throw Frame.TooLarge(unpacked.WrittenCount, maxMessageBytes);
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new RpcException(RpcStatusCode.Internal, "A message is marked as compressed and is no gzip.", e);
        }
    }

    public static ReadOnlyMemory<byte> Pack(ReadOnlySpan<byte> message)
    {
        var packed = new MemoryStream(Math.Max(FirstBytes, message.Length / 4));
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(message);
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    /// <summary>
    /// gzip ends with the unpacked length; GZipStream takes a stream that is cut short for one that has ended.
    /// Source: RFC 1952, 2.3.1.
    /// </summary>
    private static bool EndsWith(ReadOnlySequence<byte> packed, int unpackedLength)
    {
        if (packed.Length < SmallestBytes) return false;
        Span<byte> length = stackalloc byte[sizeof(uint)];
        packed.Slice(packed.Length - sizeof(uint)).CopyTo(length);
        return BinaryPrimitives.ReadUInt32LittleEndian(length) == (uint)unpackedLength;
    }
}
