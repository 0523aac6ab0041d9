using System.Text.Json.Nodes;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.TokenStore;

namespace SmartFlow.Agent.Tools;

/// <summary>
/// What a person has and the tokens that they used. The store's Credit of a period is rounded up to whole Credits on
/// the wire, which would be a wrong answer here.
/// </summary>
internal sealed class CreditTools(ICreditLedger ledger, ITokenStore store) : IToolGroup
{
    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "credit",
                Description = "The user's Credit: balance, what running calls hold, and the tokens used in a period.",
                Schema = Schemas.Of(Parameter.Word("period", "absent: 24h", "24h", "7d", "30d", "all")),
                RunAsync = RunAsync,
            },
        ];

    private async Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var period = call.Arguments.Word("period", "24h", "7d", "30d", "all") ?? "24h";
        var balance = await ledger.GetBalanceAsync(new GetBalanceRequest { UserId = call.UserId }, cancellationToken);
        var used = await store.GetCreditConsumptionDashboardAsync(
            new() { ActorUserId = call.UserId, Period = period },
            cancellationToken
        );
        return new ToolResult(
            new JsonObject
            {
                ["balance"] = CreditText.Have(balance.BalanceMicros),
                ["held"] = CreditText.Cost(balance.HeldMicros),
                ["period"] = period,
                ["tokens"] = used.Dashboard.TokenConsumed,
            }
        );
    }
}
