using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Rpc.Server;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>
/// Calls to a module's processes by the official client. Every unary call has a deadline; it is tried again where
/// nobody has answered and a second try does no harm. Several addresses take turns, and one that is out of reach is
/// left out until it is back.
/// </summary>
internal sealed class RpcChannel : IDisposable
{
    private static readonly WriteOptions Plain = new(WriteFlags.NoCompress);
    private readonly RpcOptions options;
    private readonly GrpcChannel channel;
    private readonly CallInvoker invoker;
    private readonly Metadata headers;

    /// <param name="addresses">Of one scheme, without paths.</param>
    /// <param name="services">What is called there.</param>
    /// <param name="options">The section Rpc.</param>
    public RpcChannel(IReadOnlyList<Uri> addresses, IEnumerable<ServiceDescriptor> services, RpcOptions options)
    {
        this.options = options;
        Addresses = addresses;
        headers = new Metadata { { "authorization", ServiceTokens.Header(options.Token) } };
        if (options.CompressFromBytes > 0)
            headers.Add("grpc-internal-encoding-request", "gzip");
        channel = GrpcChannel.ForAddress(
            addresses is [var one] ? one.GetLeftPart(UriPartial.Authority) : "static:///",
            Options(addresses, services, options)
        );
        invoker = channel.CreateCallInvoker();
    }

    public IReadOnlyList<Uri> Addresses { get; }

    /// <param name="method">From <see cref="RpcMethods.Of"/>.</param>
    /// <param name="request">The request.</param>
    /// <param name="deadline">How long the call may take with all its tries; null: the configured time.</param>
    /// <param name="cancellationToken">Resets the stream, which the serving side notices.</param>
    /// <exception cref="RpcException">The call failed; deadline_exceeded when the time is over.</exception>
    public async Task<TResponse> CallAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        TRequest request,
        TimeSpan? deadline,
        CancellationToken cancellationToken
    )
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Client, method.FullName), StatusCode.OK);
        try
        {
            var call = CallOptions(
                request,
                deadline ?? TimeSpan.FromSeconds(options.DeadlineSeconds),
                cancellationToken
            );
            using var answer = invoker.AsyncUnaryCall(method, null, call, request);
            return await answer.ResponseAsync;
        }
        catch (RpcException e)
        {
            code = e.StatusCode;
            if (code == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
                throw new OperationCanceledException(e.Message, e, cancellationToken);
            throw;
        }
        finally
        {
            telemetry.End(code);
        }
    }

    /// <summary>
    /// The messages as they come; stopping early resets the stream. Without a deadline unless one is given.
    /// </summary>
    /// <exception cref="RpcException">The stream failed, at any message.</exception>
    public async IAsyncEnumerable<TResponse> StreamAsync<TRequest, TResponse>(
        Method<TRequest, TResponse> method,
        TRequest request,
        TimeSpan? deadline,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        // One that its reader leaves is cancelled; why one broke off says the side that serves it.
        var (telemetry, code) = (RpcTelemetry.Start(ActivityKind.Client, method.FullName), StatusCode.Cancelled);
        try
        {
            using var answers = invoker.AsyncServerStreamingCall(
                method,
                null,
                CallOptions(request, deadline, cancellationToken),
                request
            );
            while (await NextAsync(answers.ResponseStream, cancellationToken))
                yield return answers.ResponseStream.Current;
            code = StatusCode.OK;
        }
        finally
        {
            telemetry.End(code);
        }
    }

    public void Dispose() => channel.Dispose();

    private static async ValueTask<bool> NextAsync<T>(
        IAsyncStreamReader<T> answers,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await answers.MoveNext(CancellationToken.None);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    /// <summary>The library compares a deadline with the machine's clock.</summary>
    private CallOptions CallOptions(IMessage request, TimeSpan? deadline, CancellationToken cancellationToken) =>
        new(
            headers,
            deadline is { } allowed ? TimeProvider.System.GetUtcNow().UtcDateTime + allowed : null,
            cancellationToken,
            options.CompressFromBytes > 0 && request.CalculateSize() < options.CompressFromBytes ? Plain : null
        );

    private static GrpcChannelOptions Options(
        IReadOnlyList<Uri> addresses,
        IEnumerable<ServiceDescriptor> services,
        RpcOptions options
    )
    {
        var channel = new GrpcChannelOptions
        {
            DisposeHttpClient = true,
            MaxReceiveMessageSize = options.MaxMessageBytes,
            MaxSendMessageSize = options.MaxMessageBytes,
            MaxRetryAttempts = options.Attempts,
            ServiceConfig = new ServiceConfig(),
        };
        if (options.Attempts > 1)
            channel.ServiceConfig.MethodConfigs.Add(Repeatable(services, options));
        if (addresses.Count == 1)
        {
            channel.HttpClient = new HttpClient(new OneSpan(Handler(options))) { Timeout = Timeout.InfiniteTimeSpan };
            return channel;
        }
        channel.HttpHandler = new OneSpan(Handler(options));
        channel.Credentials =
            addresses[0].Scheme == Uri.UriSchemeHttps ? ChannelCredentials.SecureSsl : ChannelCredentials.Insecure;
        channel.ServiceConfig.LoadBalancingConfigs.Add(new LoadBalancingConfig(TakingTurns.Policy));
        channel.ServiceProvider = new ServiceCollection()
            .AddSingleton<LoadBalancerFactory>(new TakingTurns.Factory())
            .AddSingleton<ResolverFactory>(
                new StaticResolverFactory(_ => addresses.Select(a => new BalancerAddress(a.Host, a.Port)))
            )
            .BuildServiceProvider();
        // One that comes back is not left waiting longer than one that is slow to take a connection.
        (channel.InitialReconnectBackoff, channel.MaxReconnectBackoff) = (
            TimeSpan.FromMilliseconds(200),
            TimeSpan.FromSeconds(options.ConnectSeconds)
        );
        return channel;
    }

    private static MethodConfig Repeatable(IEnumerable<ServiceDescriptor> services, RpcOptions options)
    {
        var config = new MethodConfig
        {
            RetryPolicy = new RetryPolicy
            {
                MaxAttempts = options.Attempts,
                InitialBackoff = TimeSpan.FromMilliseconds(200),
                MaxBackoff = TimeSpan.FromSeconds(2),
                BackoffMultiplier = 2,
                RetryableStatusCodes = { StatusCode.Unavailable },
            },
        };
        foreach (var method in services.SelectMany(s => s.Methods).Where(RpcMethods.MayRepeat))
            config.Names.Add(new MethodName { Service = method.Service.FullName, Method = method.Name });
        return config;
    }

    private static SocketsHttpHandler Handler(RpcOptions options) =>
        new()
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
        };

    /// <summary>
    /// Between our span and HttpClient's the library starts one of its own, whether anybody listens or not: nobody
    /// exports it, so that what follows would hang on a span that no collector has.
    /// </summary>
    private sealed class OneSpan(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (Activity.Current is { OperationName: "Grpc.Net.Client.GrpcOut", Parent: { } ours })
                Activity.Current = ours;
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
