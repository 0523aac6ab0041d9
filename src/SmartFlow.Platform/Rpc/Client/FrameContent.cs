using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>A request's body: one message in its frame.</summary>
internal sealed class FrameContent : HttpContent
{
    private static readonly MediaTypeHeaderValue Type = new(CallHeaders.ContentType);
    private readonly ArrayBufferWriter<byte> frame = new();

    /// <exception cref="RpcException">resource_exhausted: larger than the limit.</exception>
    public FrameContent(IMessage message, RpcOptions options)
    {
        MessageWriter.Write(frame, message, options.CompressFromBytes, options.MaxMessageBytes);
        Headers.ContentType = Type;
        if (frame.WrittenSpan[0] == 1) Headers.TryAddWithoutValidation(CallHeaders.Encoding, Gzip.Name);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        stream.WriteAsync(frame.WrittenMemory, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = frame.WrittenCount;
        return true;
    }
}
