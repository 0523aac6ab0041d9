using SmartFlow.ActiveScheduler;
using SmartFlow.Agent;
using SmartFlow.Forum;
using SmartFlow.Gateway;
using SmartFlow.Llm;
using SmartFlow.Memory;
using SmartFlow.Notification;
using SmartFlow.Planner;
using SmartFlow.Platform;
using SmartFlow.TokenStore;
using SmartFlow.UserAuth;

namespace SmartFlow.Host;

/// <summary>The module table: what this program can host, and what each module needs.</summary>
internal static class Modules
{
    public static readonly Module[] All =
    [
        new("UserAuth", b => b.AddUserAuth(), r => r.MapUserAuth(), "TokenStore")
        {
            Contracts = UserAuthModule.Contracts,
            AddRemote = UserAuthModule.AddRemoteUserAuth,
            // For the export of an account.
            Uses = ["Llm", "Planner", "Agent", "Memory", "ActiveScheduler", "Forum", "Notification"],
        },
        new("TokenStore", b => b.AddTokenStore(), r => r.MapTokenStore())
        {
            Contracts = TokenStoreModule.Contracts,
            AddRemote = TokenStoreModule.AddRemoteTokenStore,
        },
        new("Llm", b => b.AddLlm(), r => r.MapLlm(), "TokenStore") { Contracts = LlmModule.Contracts },
        new("Planner", b => b.AddPlanner(), r => r.MapPlanner(), "Llm") { Contracts = PlannerModule.Contracts },
        new("Agent", b => b.AddAgent(), r => r.MapAgent(), "Llm", "Planner", "TokenStore")
        {
            Contracts = AgentModule.Contracts,
            Uses = ["Memory", "ActiveScheduler"],
        },
        new("Memory", b => b.AddMemory(), r => r.MapMemory(), "Llm") { Contracts = MemoryModule.Contracts },
        new("ActiveScheduler", b => b.AddActiveScheduler(), r => r.MapActiveScheduler(), "Llm", "Planner")
        {
            Contracts = ActiveSchedulerModule.Contracts,
        },
        new("Forum", b => b.AddForum(), r => r.MapForum(), "Planner", "UserAuth") { Contracts = ForumModule.Contracts },
        new("Notification", b => b.AddNotification(), r => r.MapNotification(), "TokenStore", "Planner")
        {
            Contracts = NotificationModule.Contracts,
        },
        new("Gateway", b => b.AddGateway(), r => r.MapGateway(), "UserAuth", "Llm"),
    ];
}
