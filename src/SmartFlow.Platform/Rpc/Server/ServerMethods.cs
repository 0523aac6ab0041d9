using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>The methods of a contract, each bound to its implementation once; what it throws becomes a status.</summary>
internal sealed partial class ServerMethods(IOptions<RpcOptions> options, IHostApplicationLifetime lifetime, ILogger<ServerMethods> logger)
{
    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);
    private readonly int compressFrom = options.Value.CompressFromBytes;

    public ServerServiceDefinition Of(RpcContract contract, object implementation)
    {
        var service = ServerServiceDefinition.CreateBuilder();
        foreach (var operation in contract.Operations)
            operation.Invoke(this, nameof(AddUnary), nameof(AddStream), service, implementation);
        return service.Build();
    }

    private void AddUnary<TRequest, TResponse>(RpcOperation operation, ServerServiceDefinition.Builder service, object implementation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = RpcMethods.Of<TRequest, TResponse>(operation.Descriptor);
        var call = operation.ValueTaskOf<TRequest, TResponse>(implementation);
        service.AddMethod(method, new UnaryServerMethod<TRequest, TResponse>(async (request, context) =>
        {
            var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Server, method.FullName), StatusCode.OK);
            try
            {
                WideNumbers.Check(request);
                var response = await call(request, context.CancellationToken);
                Compress(response, context);
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
        }));
    }

    private void AddStream<TRequest, TResponse>(RpcOperation operation, ServerServiceDefinition.Builder service, object implementation)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var method = RpcMethods.Of<TRequest, TResponse>(operation.Descriptor);
        var call = operation.Method!.CreateDelegate<Func<TRequest, CancellationToken, IAsyncEnumerable<TResponse>>>(implementation);
        service.AddMethod(method, new ServerStreamingServerMethod<TRequest, TResponse>(async (request, answers, context) =>
        {
            var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Server, method.FullName), StatusCode.OK);
            try
            {
                WideNumbers.Check(request);
                await foreach (var answer in call(request, context.CancellationToken).WithCancellation(context.CancellationToken))
                {
                    Compress(answer, context);
                    await answers.WriteAsync(answer, context.CancellationToken);
                }
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
        }));
    }

    private void Compress(IMessage answer, ServerCallContext context)
    {
        if (compressFrom > 0) context.WriteOptions = answer.CalculateSize() < compressFrom ? Plain : null;
    }

    private RpcException Failure(Exception exception, string path, ServerCallContext context)
    {
        switch (exception)
        {
            case RefusedException refusal:
                return ErrorDetails.Exception(refusal);
            case RpcException rpc:
                return new RpcException(rpc.Status);
            case var _ when context.CancellationToken.IsCancellationRequested:
                return new RpcException(context.Deadline <= TimeProvider.System.GetUtcNow().UtcDateTime
                    ? new Status(StatusCode.DeadlineExceeded, "The deadline has passed.")
                    : new Status(StatusCode.Cancelled, "The caller has gone."));
            case OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested:
                return new RpcException(new Status(StatusCode.Unavailable, "This process is being stopped."));
        }
        var request = context.GetHttpContext().TraceIdentifier;
        Log.Failed(logger, exception, path, request);
        return DatabaseFailures.RefusalOf(exception) is { } unavailable
            ? ErrorDetails.Exception(unavailable)
            : new RpcException(new Status(StatusCode.Internal, $"The call failed on the serving side; its log has the reason (request {request})."));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Path} failed (request {RequestId})")]
        public static partial void Failed(ILogger logger, Exception exception, string path, string requestId);
    }
}
