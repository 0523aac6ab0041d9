using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Tests;

public sealed partial class SmartFlowApp
{
    /// <summary>The balance as the ledger has it now.</summary>
    public async Task<long> BalanceMicrosAsync(TestUser user)
    {
        var ledger = Services.GetRequiredService<ICreditLedger>();
        return (
            await ledger.GetBalanceAsync(new GetBalanceRequest { UserId = user.Id, OwnRow = true }, default)
        ).BalanceMicros;
    }
}
