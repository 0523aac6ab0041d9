using System.Text.Json.Nodes;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.TokenStore;

namespace SmartFlow.Agent.Tools;

/// <summary>What a person has and what they spent.</summary>
internal sealed class CreditTools(ICreditLedger ledger, ITokenStore store) : IToolGroup
{
    private const decimal MicrosPerCredit = 1_000_000m;

    public IEnumerable<Tool> Tools =>
    [
        new Tool
        {
            Name = "credit", Description = "The user's Credit: balance, what running calls hold, and what was spent in a period.",
            Schema = Schemas.Of(Parameter.Word("period", "absent: 24h", "24h", "7d", "30d", "all")), RunAsync = RunAsync,
        },
    ];

    private async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var period = call.Arguments.Word("period", "24h", "7d", "30d", "all") ?? "24h";
        var balance = await ledger.GetBalanceAsync(new GetBalanceRequest { UserId = call.UserId }, cancellationToken);
        var spent = await store.GetCreditConsumptionDashboardAsync(new() { ActorUserId = call.UserId, Period = period }, cancellationToken);
        return new ToolResult(new JsonObject
        {
            ["balance"] = balance.BalanceMicros / MicrosPerCredit, ["held"] = balance.HeldMicros / MicrosPerCredit, ["period"] = period,
            ["spent"] = spent.Dashboard.CreditConsumed, ["tokens"] = spent.Dashboard.TokenConsumed,
        });
    }
}
