using System.Collections.Frozen;
using System.Reflection;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>
/// The interface of a module that this installation does without: every method is refused as unavailable, at once.
/// </summary>
internal class AbsentModule : DispatchProxy
{
    private FrozenDictionary<MethodInfo, Func<object>> refusals = null!;
    private string module = "";

    /// <param name="contract">What it would say.</param>
    /// <param name="module">Its name in the message.</param>
    public static object Create(RpcContract contract, string module)
    {
        var created = Create(contract.Interface, typeof(AbsentModule));
        var absent = (AbsentModule)created;
        absent.module = module;
        absent.refusals = contract.Operations.ToFrozenDictionary(
            o => o.Method!,
            o => (Func<object>)o.Invoke(absent, nameof(Unary), nameof(Stream))!
        );
        return created;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => refusals[targetMethod!]();

    private RefusedException Refusal() =>
        new(
            ErrorCodes.Unavailable,
            $"{module} is not part of this installation.",
            extensions: new Dictionary<string, object?> { [AbsentModules.Member] = module }
        );

    private Func<object> Unary<TRequest, TResponse>(RpcOperation operation) =>
        operation.IsValueTask
            ? () => new ValueTask<TResponse>(Task.FromException<TResponse>(Refusal()))
            : () => Task.FromException<TResponse>(Refusal());

    private Func<object> Stream<TRequest, TResponse>(RpcOperation operation) => () => RefuseAsync<TResponse>();

    private async IAsyncEnumerable<T> RefuseAsync<T>()
    {
        await Task.FromException(Refusal());
        yield break;
    }
}
