using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Gateway.Calls;
using SmartFlow.Gateway.Fallback;
using SmartFlow.Gateway.Messages;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Gateway.WebApp;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Gateway;

/// <summary>The door of the module: the surfaces of OpenAI and Anthropic, a user's calls, the web application,
/// and plain chat where the agent's process is away.</summary>
public static class GatewayModule
{
    public static void AddGateway(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration("Gateway").ValidateDataAnnotations().ValidateOnStart();
        // The longer path first: the first shape that fits is taken.
        services.AddSingleton<IErrorShape, MessageErrors>();
        services.AddSingleton<IErrorShape, OpenAiErrors>();
        services.AddSingleton<RunningCalls>();
        services.AddSingleton<LeftCalls>();
        services.AddSingleton(p => Budget(p.GetRequiredService<IOptions<GatewayOptions>>().Value));
        services.AddCors();
        services.AddSingleton<IStartupFilter, CrossOrigin>();
        services.AddSingleton<PresentCalls>();
        services.AddSingleton<CallFrame>();
        services.AddSingleton<ChatCompletions>();
        services.AddSingleton<Embeddings>();
        services.AddSingleton<CreateResponse>();
        services.AddSingleton<CreateMessage>();
        services.AddSingleton<AgentLink>();
        services.AddSingleton<AgentHealth>();
        services.AddHostedService(p => p.GetRequiredService<AgentHealth>());
        services.AddSingleton<PlainChat>();
        services.AddSingleton<FrontChat>();
        services.AddSingleton<IUnrouted, MissingVersion>();
        services.AddSingleton<IUnrouted, WebFiles>();
    }

    private static BodyBudget Budget(GatewayOptions options) =>
        new(options.MaxUserBodyBytes, options.MaxTotalBodyBytes);

    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        ArgumentNullException.ThrowIfNull(routes);
        routes.MapChatCompletions();
        routes.MapEmbeddings();
        routes.MapResponses();
        routes.MapMessages();
        routes.MapModels();
        routes.MapGetCall();
        routes.MapListCalls();
        routes.MapCallSummary();
        routes.MapKeySpend();
        routes.MapQuoteCall();
        routes.MapLimits();
        FrontChat.Map(routes);
    }
}
