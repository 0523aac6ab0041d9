using Google.Protobuf;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>A method of a service, bound to its implementation once; a call uses no reflection.</summary>
internal abstract class ServerMethod
{
    /// <summary>Reads, calls and writes; the status is written by the server.</summary>
    public abstract Task InvokeAsync(ServerCall call);

    public static ServerMethod Bind(RpcOperation operation, object implementation)
    {
        var (kind, handler) = operation.Shape switch
        {
            RpcShape.Unary => (typeof(Unary<,>), operation.IsValueTask ? typeof(ValueTask<>) : typeof(Task<>)),
            RpcShape.ServerStreaming => (typeof(ServerStreaming<,>), typeof(IAsyncEnumerable<>)),
            _ => (typeof(Duplex<,>), typeof(IAsyncEnumerable<>)),
        };
        var argument = operation.Shape == RpcShape.Duplex
            ? typeof(IAsyncEnumerable<>).MakeGenericType(operation.Request)
            : operation.Request;
        var answer = handler.MakeGenericType(operation.Response);
        var type = typeof(Func<,,>).MakeGenericType(argument, typeof(CancellationToken), answer);
        var call = Delegate.CreateDelegate(type, implementation, operation.Method!);
        return (ServerMethod)Activator.CreateInstance(
            kind.MakeGenericType(operation.Request, operation.Response), operation.Descriptor.InputType.Parser, call)!;
    }

    private sealed class Unary<TRequest, TResponse> : ServerMethod
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        private readonly MessageParser<TRequest> parser;
        private readonly Func<TRequest, CancellationToken, Task<TResponse>>? task;
        private readonly Func<TRequest, CancellationToken, ValueTask<TResponse>>? valueTask;

        public Unary(MessageParser<TRequest> parser, Func<TRequest, CancellationToken, Task<TResponse>> handler) =>
            (this.parser, task) = (parser, handler);

        public Unary(MessageParser<TRequest> parser, Func<TRequest, CancellationToken, ValueTask<TResponse>> handler) =>
            (this.parser, valueTask) = (parser, handler);

        public override async Task InvokeAsync(ServerCall call)
        {
            var request = await call.ReadOnlyOneAsync(parser);
            WideNumbers.Check(request);
            call.Write(await Answer(request, call));
        }

        /// <summary>A handler that does not hear of the deadline is left to itself: its caller has been answered.</summary>
        private ValueTask<TResponse> Answer(TRequest request, ServerCall call)
        {
            if (task is null)
            {
                var answer = valueTask!(request, call.Token);
                return !call.HasDeadline || answer.IsCompleted ? answer : new(answer.AsTask().WaitAsync(call.Token));
            }
            var running = task(request, call.Token);
            return new(!call.HasDeadline || running.IsCompleted ? running : running.WaitAsync(call.Token));
        }
    }

    private sealed class ServerStreaming<TRequest, TResponse>(
        MessageParser<TRequest> parser, Func<TRequest, CancellationToken, IAsyncEnumerable<TResponse>> handler) : ServerMethod
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        public override async Task InvokeAsync(ServerCall call)
        {
            var request = await call.ReadOnlyOneAsync(parser);
            WideNumbers.Check(request);
            call.Wait(forRequests: false);
            await WriteAllAsync(call, handler(request, call.Token));
        }
    }

    private sealed class Duplex<TRequest, TResponse>(
        MessageParser<TRequest> parser, Func<IAsyncEnumerable<TRequest>, CancellationToken, IAsyncEnumerable<TResponse>> handler)
        : ServerMethod
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        public override async Task InvokeAsync(ServerCall call)
        {
            call.Wait(forRequests: true);
            await call.BeginAsync();
            await WriteAllAsync(call, handler(call.ReadAllAsync(parser), call.Token));
        }
    }

    private static async Task WriteAllAsync<T>(ServerCall call, IAsyncEnumerable<T> answers) where T : class, IMessage<T>
    {
        await foreach (var answer in answers.WithCancellation(call.Token))
        {
            call.Write(answer);
            await call.FlushAsync();
        }
    }
}
