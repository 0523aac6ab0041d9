using System.Collections.Frozen;
using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>
/// Serves the contracts of the modules that this process hosts, on the connections of the RPC listener alone.
/// Source: "gRPC over HTTP2" and "Status codes and their use in gRPC".
/// </summary>
internal sealed partial class RpcServer
{
    private const string HealthPrefix = "/grpc.health.v1.Health/";
    private readonly FrozenDictionary<string, ServerMethod> methods;
    private readonly ServiceTokens tokens;
    private readonly RpcOptions options;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger<RpcServer> logger;
    private int running;

    public RpcServer(
        ServedContracts contracts, ServiceTokens tokens, IServiceProvider services, IOptions<RpcOptions> options,
        IHostApplicationLifetime lifetime, ILogger<RpcServer> logger)
    {
        (this.tokens, this.options, this.lifetime, this.logger) = (tokens, options.Value, lifetime, logger);
        var bound = new Dictionary<string, ServerMethod>(StringComparer.Ordinal);
        foreach (var contract in contracts.All)
            foreach (var operation in contract.Operations)
                bound.Add(operation.Path, ServerMethod.Bind(operation, services.GetRequiredService(contract.Interface)));
        bound.Add(ReflectionService.AlphaPath, bound[ReflectionService.Path]);
        methods = bound.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Calls that have not ended.</summary>
    public int Running => Volatile.Read(ref running);

    public async Task HandleAsync(HttpContext context)
    {
        // :: Step 1 — something else than a call gets a plain HTTP status.
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsPost(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = HttpMethods.Post;
            return;
        }
        if (!CallHeaders.IsGrpc(request.ContentType))
        {
            response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        response.ContentType = CallHeaders.ContentType;

        // :: Step 2 — a stranger may ask for the health and for nothing else, not even which methods there are.
        var path = request.Path.Value ?? "";
        var grant = path.StartsWith(HealthPrefix, StringComparison.Ordinal) ? RpcGrant.Everything : tokens.Of(request.Headers.Authorization);
        if (grant is null)
        {
            ServerCall.Write(
                response.Headers, RpcStatusCode.Unauthenticated,
                "authorization must be Bearer and the service token (SMARTFLOW_RPC_TOKEN) or that of a caller (Rpc:Callers).");
            return;
        }
        if (!grant.Allows(path))
        {
            ServerCall.Write(response.Headers, RpcStatusCode.PermissionDenied, "This caller may not call that: Rpc:Callers does not allow it.");
            return;
        }
        if (!methods.TryGetValue(path, out var method))
        {
            ServerCall.Write(response.Headers, RpcStatusCode.Unimplemented, $"There is no method {path}.");
            return;
        }
        await CallAsync(context, path, method);
    }

    private async Task CallAsync(HttpContext context, string path, ServerMethod method)
    {
        ServerCall? call = null;
        var code = RpcStatusCode.Ok;
        var telemetry = RpcTelemetry.Start(ActivityKind.Server, path);
        Interlocked.Increment(ref running);
        try
        {
            // :: Step 3 — headers, deadline.
            call = new ServerCall(context, options, lifetime.ApplicationStopping);
            // :: Step 4 — request, implementation, answer.
            await method.InvokeAsync(call);
            // :: Step 5 — status.
            call.End(code);
        }
        catch (Exception e)
        {
            code = Fail(context, path, call, e);
        }
        finally
        {
            call?.Dispose();
            Interlocked.Decrement(ref running);
            telemetry.End(code);
        }
    }

    private RpcStatusCode Fail(HttpContext context, string path, ServerCall? call, Exception exception)
    {
        switch (exception)
        {
            case RefusedException refusal:
                var details = ErrorDetails.Of(refusal);
                return End(context, call, (RpcStatusCode)details.Code, details.Message, details);
            case RpcException rpc:
                if (rpc.Code == RpcStatusCode.Unimplemented)
                    context.Response.Headers[CallHeaders.AcceptEncoding] = CallHeaders.Encodings;
                return End(context, call, rpc.Code, rpc.Message);
            case var _ when call?.IsAbandoned == true:
                return End(context, call, RpcStatusCode.Cancelled, "The caller has gone.");
            case OperationCanceledException when call?.IsLate == true && !lifetime.ApplicationStopping.IsCancellationRequested:
                return End(context, call, RpcStatusCode.DeadlineExceeded, "The deadline has passed.");
            case OperationCanceledException when lifetime.ApplicationStopping.IsCancellationRequested:
                return End(context, call, RpcStatusCode.Unavailable, "This process is being stopped.");
            case BadHttpRequestException bad:
                return End(context, call, RpcStatusCode.Internal, bad.Message);
            case var _ when DatabaseFailures.RefusalOf(exception) is { } unavailable:
                Log.Failed(logger, exception, path, context.TraceIdentifier);
                return Fail(context, path, call, unavailable);
            default:
                Log.Failed(logger, exception, path, context.TraceIdentifier);
                return End(
                    context, call, RpcStatusCode.Internal,
                    $"The call failed on the serving side; its log has the reason (request {context.TraceIdentifier}).");
        }
    }

    private static RpcStatusCode End(
        HttpContext context, ServerCall? call, RpcStatusCode code, string message, Standard.Status? details = null)
    {
        if (call is null) ServerCall.Write(context.Response.Headers, code, message, details);
        else call.End(code, message, details);
        return code;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Path} failed (request {RequestId})")]
        public static partial void Failed(ILogger logger, Exception exception, string path, string requestId);
    }
}
