using Google.Protobuf;
using Google.Protobuf.Reflection;
using IdempotencyLevel = Google.Protobuf.Reflection.MethodOptions.Types.IdempotencyLevel;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>A method at one address.</summary>
/// <param name="Address">Address and path.</param>
/// <param name="Parser">Reads answers.</param>
/// <param name="Repeatable">A second try does nothing that the first did not.</param>
internal sealed record ClientMethod<TRequest, TResponse>(Uri Address, MessageParser<TResponse> Parser, bool Repeatable)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>/package.Service/Method.</summary>
    public string Path { get; } = Address.AbsolutePath;

    public static ClientMethod<TRequest, TResponse> At(Uri address, MethodDescriptor method) => new(
        new Uri(address, $"/{method.Service.FullName}/{method.Name}"), (MessageParser<TResponse>)method.OutputType.Parser,
        MayRepeat(method));

    /// <summary>Declared in the proto file; or a query by its name; or keyed by its caller.</summary>
    private static bool MayRepeat(MethodDescriptor method) =>
        method.GetOptions() is { HasIdempotencyLevel: true, IdempotencyLevel: not IdempotencyLevel.IdempotencyUnknown }
        || method.Name.StartsWith("Get", StringComparison.Ordinal) || method.Name.StartsWith("List", StringComparison.Ordinal)
        || method.InputType.FindFieldByName("idempotency_key") is not null;
}
