using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>
/// The interface of a module that is hosted elsewhere. Each method becomes a delegate once; refusals are thrown as they
/// were at the other side, and RefusedException(unavailable) where it could not be asked.
/// </summary>
internal class RpcProxy : DispatchProxy
{
    private FrozenDictionary<MethodInfo, Func<object?[], object>> calls = null!;
    private RpcChannel channel = null!;
    private string module = "";
    private TimeSpan? deadline;

    /// <param name="contract">What it says.</param>
    /// <param name="channel">Where it is.</param>
    /// <param name="module">Its name in messages.</param>
    public static object Create(RpcContract contract, RpcChannel channel, string module)
    {
        var created = DispatchProxy.Create(contract.Interface, typeof(RpcProxy));
        var proxy = (RpcProxy)created;
        (proxy.channel, proxy.module, proxy.deadline) = (channel, module, contract.Deadline);
        proxy.calls = contract.Operations.ToFrozenDictionary(
            o => o.Method!,
            o => (Func<object?[], object>)o.Invoke(proxy, nameof(Unary), nameof(Stream))!
        );
        return created;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => calls[targetMethod!](args!);

    private Func<object?[], object> Unary<TRequest, TResponse>(RpcOperation operation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = RpcMethods.Of<TRequest, TResponse>(operation.Descriptor);
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
                throw ClientFailures.ForCaller(e, module, method.Name);
            }
        }
    }

    private Func<object?[], object> Stream<TRequest, TResponse>(RpcOperation operation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = RpcMethods.Of<TRequest, TResponse>(operation.Descriptor);
        return a => ReadAsync((TRequest)a[0]!, (CancellationToken)a[1]!);

        async IAsyncEnumerable<TResponse> ReadAsync(
            TRequest request,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            await using var answers = channel
                .StreamAsync(method, request, deadline, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                try
                {
                    if (!await answers.MoveNextAsync())
                        yield break;
                }
                catch (RpcException e)
                {
                    throw ClientFailures.ForCaller(e, module, method.Name);
                }
                yield return answers.Current;
            }
        }
    }
}
