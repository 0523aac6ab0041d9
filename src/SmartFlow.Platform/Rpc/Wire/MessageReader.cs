using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>Messages of one direction of a call, one at a time; nothing but the frame at hand is kept.</summary>
/// <param name="pipe">The body.</param>
/// <param name="gzip">Whether messages that are marked as compressed are gzip; else there may be none.</param>
/// <param name="maxMessageBytes">The limit, packed and unpacked.</param>
internal sealed class MessageReader(PipeReader pipe, bool gzip, int maxMessageBytes)
{
    /// <summary>The next message, or null at the end of the stream.</summary>
    /// <exception cref="RpcException">resource_exhausted above the limit; internal for anything malformed.</exception>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        while (true)
        {
            var result = await pipe.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (TryParse(ref buffer, parser, out var message))
            {
                pipe.AdvanceTo(buffer.Start);
                return message;
            }
            if (result.IsCompleted)
                return buffer.IsEmpty ? null : throw new RpcException(RpcStatusCode.Internal, "The stream ends within a message.");
            if (result.IsCanceled) throw new OperationCanceledException(cancellationToken);
            pipe.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>The only message of a stream, or null where there is none.</summary>
    /// <exception cref="RpcException">As above; unimplemented: a second message.</exception>
    public async ValueTask<T?> ReadOnlyOneAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        var only = await ReadAsync(parser, cancellationToken);
        if (only is not null && await ReadAsync(parser, cancellationToken) is not null)
            throw new RpcException(RpcStatusCode.Unimplemented, "This call takes one message, and more were sent.");
        return only;
    }

    private bool TryParse<T>(ref ReadOnlySequence<byte> buffer, MessageParser<T> parser, out T? message)
        where T : class, IMessage<T>
    {
        message = null;
        if (!Frame.TryRead(ref buffer, maxMessageBytes, out var compressed, out var payload)) return false;
        if (compressed && !gzip)
            throw new RpcException(
                RpcStatusCode.Internal, "A message is marked as compressed, but no grpc-encoding was named.");
        try
        {
            message = parser.ParseFrom(compressed ? Gzip.Unpack(payload, maxMessageBytes) : payload);
            return true;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new RpcException(RpcStatusCode.Internal, "A message is not what its method takes.", e);
        }
    }
}
