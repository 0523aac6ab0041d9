using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>
/// The interface of a module that is hosted elsewhere. Each method becomes a delegate once; refusals are thrown as they
/// were at the other side, and RefusedException(unavailable) where it could not be asked.
/// </summary>
internal class RpcProxy : DispatchProxy
{
    private FrozenDictionary<MethodInfo, Func<object?[], object>> calls = null!;

    /// <param name="contract">What it says.</param>
    /// <param name="channel">Where it is.</param>
    /// <param name="module">Its name in messages.</param>
    public static object Create(RpcContract contract, RpcChannel channel, string module)
    {
        var proxy = DispatchProxy.Create(contract.Interface, typeof(RpcProxy));
        ((RpcProxy)proxy).calls = contract.Operations.ToFrozenDictionary(
            o => o.Method!, o => Bind(o, contract.Deadline, channel, module));
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => calls[targetMethod!](args!);

    private static Func<object?[], object> Bind(RpcOperation operation, TimeSpan? deadline, RpcChannel channel, string module)
    {
        var name = operation.Shape switch
        {
            RpcShape.Unary => nameof(Unary),
            RpcShape.ServerStreaming => nameof(Stream),
            _ => throw new InvalidOperationException($"{operation.Path}: streams of requests are only served, not called."),
        };
        return (Func<object?[], object>)typeof(RpcProxy).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(operation.Request, operation.Response).Invoke(null, [operation, deadline, channel, module])!;
    }

    private static Func<object?[], object> Unary<TRequest, TResponse>(
        RpcOperation operation, TimeSpan? deadline, RpcChannel channel, string module)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = channel.Method<TRequest, TResponse>(operation.Descriptor);
        return operation.IsValueTask
            ? a => new ValueTask<TResponse>(CallAsync((TRequest)a[0]!, (CancellationToken)a[1]!))
            : a => CallAsync((TRequest)a[0]!, (CancellationToken)a[1]!);

        async Task<TResponse> CallAsync(TRequest request, CancellationToken cancellationToken)
        {
            try
            {
                return await channel.CallAsync(method, request, deadline, cancellationToken);
            }
            catch (RpcException e)
            {
                throw ClientFailures.ForCaller(e, module);
            }
        }
    }

    private static Func<object?[], object> Stream<TRequest, TResponse>(
        RpcOperation operation, TimeSpan? deadline, RpcChannel channel, string module)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = channel.Method<TRequest, TResponse>(operation.Descriptor);
        return a => ReadAsync((TRequest)a[0]!, (CancellationToken)a[1]!);

        async IAsyncEnumerable<TResponse> ReadAsync(
            TRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await using var answers = channel.StreamAsync(method, request, deadline, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await answers.MoveNextAsync()) yield break;
                }
                catch (RpcException e)
                {
                    throw ClientFailures.ForCaller(e, module);
                }
                yield return answers.Current;
            }
        }
    }
}
