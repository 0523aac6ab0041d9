using System.Reflection;
using Google.Protobuf.Reflection;

namespace SmartFlow.Platform.Rpc;

/// <summary>
/// A proto service and the C# interface that says the same: method X is <c>XAsync</c>, from the request and a
/// CancellationToken to a task of the answer or an IAsyncEnumerable of answers. Both ends of the wire are made of it.
/// </summary>
public sealed class RpcContract
{
    private RpcContract(
        Type type,
        ServiceDescriptor service,
        IReadOnlyList<RpcOperation> operations,
        TimeSpan? deadline
    ) => (Interface, Service, Operations, Deadline) = (type, service, operations, deadline);

    /// <summary>Implemented by a singleton where the module is hosted.</summary>
    public Type Interface { get; }

    public ServiceDescriptor Service { get; }

    internal IReadOnlyList<RpcOperation> Operations { get; }

    internal TimeSpan? Deadline { get; }

    /// <typeparam name="TInterface">The interface.</typeparam>
    /// <param name="service">The service.</param>
    /// <param name="deadline">How long a unary call may take; null: <see cref="RpcOptions.DeadlineSeconds"/>.</param>
    /// <exception cref="InvalidOperationException">The two do not say the same; the message names every
    /// difference.</exception>
    public static RpcContract Of<TInterface>(ServiceDescriptor service, TimeSpan? deadline = null)
        where TInterface : class
    {
        ArgumentNullException.ThrowIfNull(service);
        var type = typeof(TInterface);
        var operations = service.Methods.Select(m => RpcOperation.Find(type, m)).ToList();
        var problems = operations
            .Where(o => o.Problem is not null)
            .Select(o => o.Problem!)
            .Concat(
                type.GetMethods()
                    .Where(m => operations.All(o => o.Method != m))
                    .Select(m => $"{service.FullName} has no method for {m.Name}")
            )
            .ToArray();
        return problems.Length == 0
            ? new RpcContract(type, service, operations, deadline)
            : throw new InvalidOperationException(
                $"{type.Name} and {service.FullName} differ: {string.Join("; ", problems)}."
            );
    }
}

/// <summary>One method on both sides: unary, or a stream of answers. No contract sends a stream.</summary>
internal sealed record RpcOperation(MethodDescriptor Descriptor, MethodInfo? Method, string? Problem)
{
    /// <summary>The answer is a ValueTask, not a Task.</summary>
    public bool IsValueTask => Method?.ReturnType.GetGenericTypeDefinition() == typeof(ValueTask<>);

    /// <summary>The method of an implementation, where it is unary; a call of it uses no reflection.</summary>
    public Func<TRequest, CancellationToken, ValueTask<TResponse>> ValueTaskOf<TRequest, TResponse>(
        object implementation
    )
    {
        if (IsValueTask)
            return Method!.CreateDelegate<Func<TRequest, CancellationToken, ValueTask<TResponse>>>(implementation);
        var task = Method!.CreateDelegate<Func<TRequest, CancellationToken, Task<TResponse>>>(implementation);
        return (request, cancellationToken) => new(task(request, cancellationToken));
    }

    /// <summary>
    /// One of a class's two generic methods, for unary calls and for streams, with the messages of this one.
    /// </summary>
    public object? Invoke<T>(T of, string unary, string stream, params object?[] arguments)
        where T : class =>
        typeof(T)
            .GetMethod(Descriptor.IsServerStreaming ? stream : unary, BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(Descriptor.InputType.ClrType, Descriptor.OutputType.ClrType)
            .Invoke(of, [this, .. arguments]);

    public static RpcOperation Find(Type type, MethodDescriptor method)
    {
        var (request, response) = (method.InputType.ClrType, method.OutputType.ClrType);
        var found = type.GetMethod(method.Name + "Async", [request, typeof(CancellationToken)]);
        Type[] results = method.IsServerStreaming
            ? [typeof(IAsyncEnumerable<>).MakeGenericType(response)]
            : [typeof(Task<>).MakeGenericType(response), typeof(ValueTask<>).MakeGenericType(response)];
        var problem =
            method.IsClientStreaming ? $"{method.FullName} takes a stream"
            : found is null ? $"{type.Name} has no {method.Name}Async({request.Name}, CancellationToken)"
            : results.Contains(found.ReturnType) ? null
            : $"{type.Name}.{found.Name} does not answer with {response.Name}";
        return new RpcOperation(method, found, problem);
    }
}
