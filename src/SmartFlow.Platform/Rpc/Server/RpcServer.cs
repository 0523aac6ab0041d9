using System.Collections.Frozen;
using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using Grpc.Reflection.V1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Rpc.Client;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>
/// The official server with the contracts of the modules that this process hosts, health and reflection, on the
/// connections of the RPC listener alone: neither side's paths exist on the other's port.
/// </summary>
internal static class RpcServer
{
    public const string ReflectionPath = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
    public const string ReflectionAlphaPath = "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";
    private const string HealthPrefix = "/grpc.health.v1.Health/";
    private const string ContentType = "application/grpc";

    /// <summary>What every process serves beside its modules.</summary>
    public static readonly Google.Protobuf.Reflection.ServiceDescriptor[] Standard =
    [
        Health.Descriptor,
        ServerReflection.Descriptor,
    ];

    public static void Add(IServiceCollection services, IReadOnlyList<RpcContract> contracts)
    {
        services.AddSingleton<ServiceTokens>();
        services.AddSingleton<ServerMethods>();
        services.AddGrpc();
        services
            .AddOptions<GrpcServiceOptions>()
            .Configure<IOptions<RpcOptions>>(
                (grpc, rpc) =>
                {
                    (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (
                        rpc.Value.MaxMessageBytes,
                        rpc.Value.MaxMessageBytes
                    );
                    grpc.IgnoreUnknownServices = true;
                    if (rpc.Value.CompressFromBytes > 0)
                        grpc.ResponseCompressionAlgorithm = "gzip";
                }
            );
        AddHealth(services, [.. contracts.Select(c => c.Service).Concat(Standard).Select(s => s.FullName), ""]);
    }

    /// <summary>Handles the requests of the RPC listener.</summary>
    public static RequestDelegate Build(IServiceProvider services, IReadOnlyList<RpcContract> contracts)
    {
        var (tokens, methods) = (
            services.GetRequiredService<ServiceTokens>(),
            services.GetRequiredService<ServerMethods>()
        );
        var descriptors = contracts.Select(c => c.Service).Concat(Standard).ToArray();
        var routes = new Routes(services);
        foreach (var contract in contracts)
            routes.MapGrpcService(methods.Of(contract, services.GetRequiredService(contract.Interface)));
        routes.MapGrpcHealthChecksService();
        routes.MapGrpcService(ServerReflection.BindService(new ReflectionV1ServiceImpl(descriptors)));
        routes.MapGrpcService(
            Grpc.Reflection.V1Alpha.ServerReflection.BindService(new ReflectionServiceImpl(descriptors))
        );
        // Paths of methods have nothing in them that asks for a router.
        var served = routes
            .DataSources.SelectMany(d => d.Endpoints)
            .OfType<RouteEndpoint>()
            .ToFrozenDictionary(e => e.RoutePattern.RawText!, e => e.RequestDelegate!, StringComparer.Ordinal);
        return context => HandleAsync(context, tokens, served);
    }

    private static Task HandleAsync(
        HttpContext context,
        ServiceTokens tokens,
        FrozenDictionary<string, RequestDelegate> served
    )
    {
        var (request, response) = (context.Request, context.Response);
        if (!HttpMethods.IsPost(request.Method))
        {
            (response.StatusCode, response.Headers.Allow) = (StatusCodes.Status405MethodNotAllowed, HttpMethods.Post);
            return Task.CompletedTask;
        }
        // A stranger may ask for the health and for nothing else, not even which methods there are.
        var path = request.Path.Value ?? "";
        var grant = path.StartsWith(HealthPrefix, StringComparison.Ordinal)
            ? RpcGrant.Everything
            : tokens.Of(request.Headers.Authorization);
        if (grant is null)
            return Refuse(
                response,
                StatusCode.Unauthenticated,
                "authorization must be Bearer and the service token (SMARTFLOW_RPC_TOKEN) or that of a caller (Rpc:Callers)."
            );
        if (!grant.Allows(path))
            return Refuse(
                response,
                StatusCode.PermissionDenied,
                "This caller may not call that: Rpc:Callers does not allow it."
            );
        if (!served.TryGetValue(path, out var method))
            return Refuse(response, StatusCode.Unimplemented, "There is no such method here.");
        // The limit of a message takes the place of the limit of a body.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = null;
        return method(context);
    }

    private static Task Refuse(HttpResponse response, StatusCode code, string why)
    {
        response.ContentType = ContentType;
        (response.Headers.GrpcStatus, response.Headers.GrpcMessage) = (
            ((int)code).ToString(CultureInfo.InvariantCulture),
            why
        );
        return Task.CompletedTask;
    }

    /// <summary>
    /// Tied to readiness, without the checks of remote modules: two processes that need each other would else wait for
    /// each other. Anybody may ask, so that one look at the checks serves everybody until the next.
    /// </summary>
    private static void AddHealth(IServiceCollection services, IReadOnlyList<string> names)
    {
        var health = new HealthServiceImpl();
        foreach (var name in names)
            health.SetStatus(name, ServingStatus.NotServing);
        services.AddSingleton(health);
        services.AddGrpcHealthChecks(o =>
        {
            o.UseHealthChecksCache = true;
            foreach (var name in names)
                o.Services.Map(name, _ => true);
        });
        services
            .AddOptions<HealthCheckPublisherOptions>()
            .Configure<IOptions<RpcOptions>>(
                (publisher, rpc) =>
                {
                    (publisher.Delay, publisher.Period) = (
                        TimeSpan.Zero,
                        TimeSpan.FromSeconds(rpc.Value.HealthSeconds)
                    );
                    publisher.Predicate = c => !c.Tags.Contains(RemoteCheck.Tag);
                }
            );
    }

    /// <summary>
    /// Takes the endpoints and tells nobody: the web's routes, links and OpenAPI know nothing of them.
    /// </summary>
    private sealed class Routes(IServiceProvider services) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => services;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
    }
}
