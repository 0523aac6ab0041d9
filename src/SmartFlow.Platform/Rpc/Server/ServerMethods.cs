using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>
/// The methods of a contract, each bound to its implementation once; what it throws becomes a status.
/// </summary>
internal sealed partial class ServerMethods(
    IOptions<RpcOptions> options,
    IHostApplicationLifetime lifetime,
    ILogger<ServerMethods> logger
)
{
    /// <summary>What a stream may leave in the connection's buffer while its source has more at hand.</summary>
    private const int MostUnsent = 32 * 1_024;
    private static readonly WriteOptions Unsent = new(WriteFlags.BufferHint);
    private static readonly WriteOptions Plain = new(WriteFlags.BufferHint | WriteFlags.NoCompress);
    private readonly int compressFrom = options.Value.CompressFromBytes;

    public ServerServiceDefinition Of(RpcContract contract, object implementation)
    {
        var service = ServerServiceDefinition.CreateBuilder();
        foreach (var operation in contract.Operations)
            operation.Invoke(this, nameof(AddUnary), nameof(AddStream), service, implementation);
        return service.Build();
    }

    private void AddUnary<TRequest, TResponse>(
        RpcOperation operation,
        ServerServiceDefinition.Builder service,
        object implementation
    )
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = RpcMethods.Of<TRequest, TResponse>(operation.Descriptor);
        var call = operation.ValueTaskOf<TRequest, TResponse>(implementation);
        service.AddMethod(
            method,
            new UnaryServerMethod<TRequest, TResponse>(
                async (request, context) =>
                {
                    var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Server, method.FullName), StatusCode.OK);
                    try
                    {
                        WideNumbers.Check(request);
                        var response = await call(request, context.CancellationToken);
                        context.WriteOptions = OptionsFor(response);
                        return response;
                    }
                    catch (Exception e)
                    {
                        var failure = Failure(e, method.FullName, context);
                        code = failure.StatusCode;
                        throw failure;
                    }
                    finally
                    {
                        telemetry.End(code);
                    }
                }
            )
        );
    }

    private void AddStream<TRequest, TResponse>(
        RpcOperation operation,
        ServerServiceDefinition.Builder service,
        object implementation
    )
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = RpcMethods.Of<TRequest, TResponse>(operation.Descriptor);
        var call = operation.Method!.CreateDelegate<Func<TRequest, CancellationToken, IAsyncEnumerable<TResponse>>>(
            implementation
        );
        service.AddMethod(
            method,
            new ServerStreamingServerMethod<TRequest, TResponse>(
                async (request, answers, context) =>
                {
                    var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Server, method.FullName), StatusCode.OK);
                    try
                    {
                        WideNumbers.Check(request);
                        await using var source = call(request, context.CancellationToken)
                            .GetAsyncEnumerator(context.CancellationToken);
                        await WriteAllAsync(source, answers, context);
                    }
                    catch (Exception e)
                    {
                        var failure = Failure(e, method.FullName, context);
                        code = failure.StatusCode;
                        throw failure;
                    }
                    finally
                    {
                        telemetry.End(code);
                    }
                }
            )
        );
    }

    /// <summary>
    /// A message is written before the next is asked for, since its bytes may be lent, and sent as soon as the next is
    /// not there at once; the caller's window holds the source up.
    /// </summary>
    private async Task WriteAllAsync<T>(
        IAsyncEnumerator<T> source,
        IServerStreamWriter<T> answers,
        ServerCallContext context
    )
        where T : class, IMessage<T>
    {
        var connection = context.GetHttpContext().Response.BodyWriter;
        var unsent = false;
        while (true)
        {
            var next = source.MoveNextAsync();
            if (unsent && (!next.IsCompleted || connection.UnflushedBytes > MostUnsent))
            {
                unsent = false;
                var flushed = await connection.FlushAsync(context.CancellationToken);
                if (flushed.IsCompleted || flushed.IsCanceled)
                    throw new OperationCanceledException("The caller has gone.");
            }
            if (!await next)
                return;
            context.WriteOptions = OptionsFor(source.Current);
            await answers.WriteAsync(source.Current, context.CancellationToken);
            unsent = true;
        }
    }

    private WriteOptions OptionsFor(IMessage answer) =>
        compressFrom > 0 && answer.CalculateSize() < compressFrom ? Plain : Unsent;

    private RpcException Failure(Exception exception, string path, ServerCallContext context)
    {
        switch (exception)
        {
            case RefusedException refusal:
                return ErrorDetails.Exception(refusal);
            case RpcException rpc:
                return new RpcException(rpc.Status);
            case var _ when context.CancellationToken.IsCancellationRequested:
                return new RpcException(
                    context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime
                        ? new Status(StatusCode.DeadlineExceeded, "The deadline has passed.")
                        : new Status(StatusCode.Cancelled, "The caller has gone.")
                );
            case OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Unavailable, "This process is being stopped."));
        }
        var request = context.GetHttpContext().TraceIdentifier;
        Log.Failed(logger, exception, path, request);
        return DatabaseFailures.RefusalOf(exception) is { } unavailable
            ? ErrorDetails.Exception(unavailable)
            : new RpcException(
                new Status(
                    StatusCode.Internal,
                    $"The call failed on the serving side; its log has the reason (request {request})."
                )
            );
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Path} failed (request {RequestId})")]
        public static partial void Failed(ILogger logger, Exception exception, string path, string requestId);
    }
}
