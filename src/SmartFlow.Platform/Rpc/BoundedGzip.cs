using System.IO.Compression;
using Grpc.Core;
using Grpc.Net.Compression;

namespace SmartFlow.Platform.Rpc;

/// <summary>gzip whose messages are given up as soon as they are larger than the limit; the libraries measure them packed.</summary>
internal sealed class BoundedGzip(int maxMessageBytes) : ICompressionProvider
{
    public const string Name = "gzip";

    public string EncodingName => Name;

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new GZipStream(stream, compressionLevel ?? CompressionLevel.Fastest, leaveOpen: true);

    public Stream CreateDecompressionStream(Stream stream) => new Unpacking(stream, maxMessageBytes);

    private sealed class Unpacking(Stream packed, int limit) : GZipStream(packed, CompressionMode.Decompress)
    {
        public override void CopyTo(Stream destination, int bufferSize)
        {
            try
            {
                var (piece, unpacked) = (new byte[Math.Min(bufferSize, limit + 1)], 0);
                while (Read(piece) is > 0 and var read)
                {
                    unpacked += read;
                    if (unpacked > limit) throw new RpcException(new Status(StatusCode.ResourceExhausted, $"A message has more than {limit} bytes unpacked."));
                    destination.Write(piece.AsSpan(0, read));
                }
            }
            catch (Exception e) when (e is not RpcException)
            {
                throw new RpcException(new Status(StatusCode.Internal, "A message is marked as compressed and is no gzip.", e));
            }
        }
    }
}
