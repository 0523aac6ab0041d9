using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Agent.Conversations;
using SmartFlow.Agent.Mcp;
using SmartFlow.Agent.Proposals;
using SmartFlow.Agent.Rounds;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Tools;
using SmartFlow.Agent.Turns;
using SmartFlow.Agent.Turns.Steps;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;

namespace SmartFlow.Agent;

/// <summary>The door of the module: conversations that act. The story of a turn is <see cref="RunTurn"/>.</summary>
public static class AgentModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [RpcContract.Of<IUserData<UserDataOf.Agent>>(UserdataReflection.Descriptor.Services[1])];

    public static void AddAgent(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<AgentDb>();
        builder.AddOutbox<AgentDb>(Topics.Agent);
        builder.Services.AddSingleton<IUserData<UserDataOf.Agent>, ExportUser>();
        builder.ForgetUsers<AgentDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), _ =>
            ForgetUser.RunAsync
        );
        var services = builder.Services;
        services
            .AddOptions<AgentOptions>()
            .BindConfiguration("Agent")
            .ValidateDataAnnotations()
            .Validate(AgentOptions.KnowsTimeZone, "Agent:TimeZone names no time zone.")
            .Validate(
                o => o.TurnBudgetCreditsMax >= o.TurnBudgetCredits,
                "Agent:TurnBudgetCreditsMax must not be below Agent:TurnBudgetCredits."
            )
            .ValidateOnStart();
        services.AddHostedService<Lost>();
        services.AddSingleton<LiveTurns>();
        services.AddHostedService(p => p.GetRequiredService<LiveTurns>());
        services.AddSingleton<IConsumer, StopTurns>();
        services.AddSingleton<Remembering>();
        services.AddSingleton<StartTurn>();
        services.AddSingleton<RunTurn>();
        services.AddSingleton<CloseTurn>();
        services.AddSingleton<ReplayTurn>();
        services.AddSingleton<ConversationOf>();
        services.AddSingleton<History>();
        services.AddSingleton<Routing>();
        services.AddSingleton<PlainAnswer>();
        services.AddSingleton<ProposeTask>();
        services.AddSingleton<CreateTask>();
        services.AddSingleton<ShowTasks>();
        services.AddSingleton<AnswerConfirmation>();
        services.AddSingleton<AnswerToolCall>();
        services.AddSingleton<ToolLoop>();
        services.AddSingleton<GoOn>();
        services.AddSingleton<ToolRun>();
        services.AddSingleton<Conversing>();
        services.AddSingleton<Threads>();
        services.AddSingleton<Toolbox>();
        services.AddSingleton<IToolGroup, ReadingTools>();
        services.AddSingleton<IToolGroup, CreditTools>();
        services.AddSingleton<IToolGroup, WeekTools>();
        services.AddSingleton<IToolGroup, SchedulerTool>();
        services.AddSingleton<IToolGroup, PlanTools>();
        services.AddSingleton<IToolGroup, TaskTools>();
        services.AddSingleton<IToolGroup, CourseTools>();
        services.AddSingleton<IToolGroup, EventTools>();
        services.AddSingleton<IToolGroup, SuggestionTools>();
        services.AddSingleton<MakeProposal>();
        services.AddSingleton<FindProposal>();
        services.AddSingleton<CarryOut>();
        services.AddSingleton<AskedLanguage>();
        McpServer.Add(services);
    }

    public static void MapAgent(this IEndpointRouteBuilder routes)
    {
        var agent = routes
            .MapGroup("/api/v1/agent")
            .WithTags("Assistant")
            .RequireAuthorization()
            .RequireFeature(Feature.Agent);
        Chat.Map(agent);
        ListConversations.Map(agent);
        EditConversation.Map(agent);
        DeleteConversation.Map(agent);
        ReadTimeline.Map(agent);
        FollowTurn.Map(agent);
        StopTurn.Map(agent);
        ReadBudget.Map(agent);
        ListProposals.Map(agent);
        AnswerProposal.Map(agent);
        McpServer.Map(routes);
    }
}
