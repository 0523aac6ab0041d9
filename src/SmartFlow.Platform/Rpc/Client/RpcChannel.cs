using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using SmartFlow.Platform.Rpc.Server;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>
/// Calls to one address over as few HTTP/2 connections as there are streams for. Every unary call has a deadline; it is
/// tried again where nobody has answered and a second try does no harm.
/// </summary>
internal sealed class RpcChannel(Uri address, RpcOptions options, TimeProvider time) : IDisposable
{
    private const int FirstPauseMilliseconds = 100;
    private readonly HttpMessageInvoker http = new(Handler(options));
    private readonly string authorization = ServiceTokens.Header(options.Token);
    private readonly TimeSpan defaultDeadline = TimeSpan.FromSeconds(options.DeadlineSeconds);

    public Uri Address => address;

    public ClientMethod<TRequest, TResponse> Method<TRequest, TResponse>(MethodDescriptor method)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => ClientMethod<TRequest, TResponse>.At(address, method);

    /// <param name="method">From <see cref="Method"/>.</param>
    /// <param name="request">The request.</param>
    /// <param name="deadline">How long the call may take with all its tries; null: the configured time.</param>
    /// <param name="cancellationToken">Resets the stream, which the serving side notices.</param>
    /// <exception cref="RpcException">The call failed; deadline_exceeded when the time is over.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        ClientMethod<TRequest, TResponse> method, TRequest request, TimeSpan? deadline, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var (begin, allowed) = (time.GetTimestamp(), deadline ?? defaultDeadline);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(allowed);
        var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Client, method.Path), RpcStatusCode.Cancelled);
        try
        {
            for (var attempt = 1; ; attempt++)
                try
                {
                    var response = await TryAsync(method, request, allowed - time.GetElapsedTime(begin), limit.Token);
                    code = RpcStatusCode.Ok;
                    return response;
                }
                catch (RpcException e) when (method.Repeatable && attempt < options.Attempts && IsUnanswered(e))
                {
                    await Task.Delay(Pause(attempt), time, limit.Token);
                }
        }
        catch (RpcException e)
        {
            code = e.Code;
            throw;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            code = RpcStatusCode.DeadlineExceeded;
            throw new RpcException(code, "The deadline has passed.", e);
        }
        finally
        {
            telemetry.End(code);
        }
    }

    /// <summary>The messages as they come; stopping early resets the stream. Without a deadline unless one is given.</summary>
    /// <exception cref="RpcException">The stream failed, at any message.</exception>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        ClientMethod<TRequest, TResponse> method, TRequest request, TimeSpan? deadline,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (deadline is { } allowed) limit.CancelAfter(allowed);
        // One that its reader leaves is cancelled; why one broke off says the side that serves it.
        var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Client, method.Path), RpcStatusCode.Cancelled);
        try
        {
            using var answer = await Timely(BeginAsync(method, request, deadline, limit.Token), cancellationToken);
            while (await Timely(answer.ReadAsync(method.Parser, limit.Token).AsTask(), cancellationToken) is { } message)
                yield return message;
            code = RpcStatusCode.Ok;
        }
        finally
        {
            telemetry.End(code);
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<TResponse> TryAsync<TRequest, TResponse>(
        ClientMethod<TRequest, TResponse> method, TRequest request, TimeSpan left, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var answer = await BeginAsync(method, request, left, cancellationToken);
        var response = await answer.ReadAsync(method.Parser, cancellationToken) ?? throw ClientAnswer.Ended();
        return await answer.ReadAsync(method.Parser, cancellationToken) is null
            ? response
            : throw new RpcException(RpcStatusCode.Internal, "The answer has more than one message.");
    }

    private async Task<ClientAnswer> BeginAsync<TRequest, TResponse>(
        ClientMethod<TRequest, TResponse> method, TRequest request, TimeSpan? deadline, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, method.Address)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new FrameContent(request, options),
        };
        message.Headers.TryAddWithoutValidation("te", "trailers");
        message.Headers.TryAddWithoutValidation("authorization", authorization);
        message.Headers.TryAddWithoutValidation(CallHeaders.AcceptEncoding, CallHeaders.Encodings);
        if (deadline is { } left) message.Headers.TryAddWithoutValidation(CallHeaders.TimeoutName, CallTimeout.Format(left));
        HttpResponseMessage? response = null;
        try
        {
            response = await http.SendAsync(message, cancellationToken);
            return await ClientAnswer.OfAsync(response, options.MaxMessageBytes, cancellationToken);
        }
        catch (Exception e)
        {
            response?.Dispose();
            if (ClientFailures.Of(e) is { } failure) throw failure;
            throw;
        }
    }

    private static async Task<T> Timely<T>(Task<T> step, CancellationToken cancellationToken)
    {
        try
        {
            return await step;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RpcException(RpcStatusCode.DeadlineExceeded, "The deadline has passed.", e);
        }
    }

    /// <summary>With details somebody has decided.</summary>
    private static bool IsUnanswered(RpcException failure) => failure is { Code: RpcStatusCode.Unavailable, Details: null };

    /// <summary>Doubling, and spread, so that callers that failed together do not come back together.</summary>
    private TimeSpan Pause(int attempt) =>
        TimeSpan.FromMilliseconds(FirstPauseMilliseconds * (1 << (attempt - 1)) + time.GetTimestamp() % FirstPauseMilliseconds);

    private static SocketsHttpHandler Handler(RpcOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ConnectTimeout = TimeSpan.FromSeconds(options.ConnectSeconds),
        KeepAlivePingDelay = TimeSpan.FromSeconds(options.KeepAliveSeconds),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(options.ConnectSeconds),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
        // An address may get other machines behind it.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = new SslClientAuthenticationOptions(),
    };
}
