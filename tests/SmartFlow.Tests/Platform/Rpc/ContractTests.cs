using SmartFlow.Contracts.Planner;
using SmartFlow.Contracts.TokenStore;
using SmartFlow.Platform.Rpc;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>Interfaces and proto services say the same, by name.</summary>
public sealed class ContractTests
{
    [Fact]
    public void Every_contract_of_the_module_table_matches_its_service()
    {
        var services = SmartFlow.Host.Modules.All.SelectMany(m => m.Contracts()).Select(c => c.Service).ToArray();
        services
            .Select(s => s.FullName)
            .ShouldBe(
                [
                    "smartflow.userauth.UserAuthService",
                    "smartflow.tokenstore.TokenStoreService",
                    "smartflow.ledger.CreditLedgerService",
                    "smartflow.ledger.OperatorJournalService",
                    "smartflow.llm.LlmService",
                    "smartflow.planner.PlannerService",
                    "smartflow.memory.MemoryService",
                    "smartflow.activescheduler.ActiveSchedulerService",
                    "smartflow.notification.AccountMailService",
                    .. new[]
                    {
                        "Planner",
                        "Agent",
                        "Memory",
                        "ActiveScheduler",
                        "Notification",
                        "Forum",
                        "Llm",
                        "TokenStore",
                    }.Select(m => $"smartflow.userdata.{m}DataService"),
                ],
                ignoreOrder: true
            );
        services.Single(s => s.Name == "TokenStoreService").Methods.Count.ShouldBe(18);
    }

    [Fact]
    public void A_planted_difference_is_caught_and_named()
    {
        var service = Smartflow.Tokenstore.TokenstoreReflection.Descriptor.Services[0];
        Should
            .Throw<InvalidOperationException>(() => RpcContract.Of<IPlanner>(service))
            .Message.ShouldContain("IPlanner has no GetSummaryAsync(GetTokenSummaryRequest, CancellationToken)");
        Should
            .Throw<InvalidOperationException>(() => RpcContract.Of<IMore>(service))
            .Message.ShouldContain("has no method for ExtraAsync");
        var echo = EchoReflection.Descriptor.Services[0];
        Should
            .Throw<InvalidOperationException>(() => RpcContract.Of<IWrongAnswer>(echo))
            .Message.ShouldContain("IWrongAnswer.SayAsync does not answer with SayResponse");
    }

    private interface IMore : ITokenStore
    {
        Task ExtraAsync();
    }

    private interface IWrongAnswer
    {
        Task<SayRequest> SayAsync(SayRequest request, CancellationToken cancellationToken);
    }
}
