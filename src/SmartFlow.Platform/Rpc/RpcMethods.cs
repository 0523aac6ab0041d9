using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using IdempotencyLevel = Google.Protobuf.Reflection.MethodOptions.Types.IdempotencyLevel;

namespace SmartFlow.Platform.Rpc;

/// <summary>Methods of proto files as both libraries take them.</summary>
internal static class RpcMethods
{
    public static Method<TRequest, TResponse> Of<TRequest, TResponse>(MethodDescriptor method)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(
            method.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary,
            method.Service.FullName,
            method.Name,
            MarshallerOf((MessageParser<TRequest>)method.InputType.Parser),
            MarshallerOf((MessageParser<TResponse>)method.OutputType.Parser)
        );

    /// <summary>
    /// A second try does nothing that the first did not: declared in the proto file; or a query by its name; or keyed
    /// by its caller.
    /// </summary>
    public static bool MayRepeat(MethodDescriptor method) =>
        method.GetOptions() is { HasIdempotencyLevel: true, IdempotencyLevel: not IdempotencyLevel.IdempotencyUnknown }
        || method.Name.StartsWith("Get", StringComparison.Ordinal)
        || method.Name.StartsWith("List", StringComparison.Ordinal)
        || method.InputType.FindFieldByName("idempotency_key") is not null;

    /// <summary>Straight from and into the buffers of the connection.</summary>
    private static Marshaller<T> MarshallerOf<T>(MessageParser<T> parser)
        where T : class, IMessage<T> =>
        Marshallers.Create<T>(
            (message, context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context =>
            {
                try
                {
                    return parser.ParseFrom(context.PayloadAsReadOnlySequence());
                }
                catch (InvalidProtocolBufferException e)
                {
                    throw new RpcException(
                        new Status(StatusCode.Internal, "A message is not what its method takes.", e)
                    );
                }
            }
        );
}
