using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// What is known of a call before its body has come: whether any call at all of this user can be admitted.
/// </summary>
internal sealed class CheckCredit(ICreditLedger ledger, IDbContextFactory<LlmDb> factory)
{
    /// <exception cref="RefusedException">insufficient_credit: none can, and this is no repeat of an earlier
    /// one.</exception>
    public async Task<CheckCreditResponse> HandleAsync(CheckCreditRequest request, CancellationToken cancellationToken)
    {
        var balance = await ledger.GetBalanceAsync(
            new GetBalanceRequest { UserId = request.UserId, AboveZeroIsEnough = true },
            cancellationToken
        );
        if (!balance.Found || CreditBalanceGuard.Passes(balance, balance.SomeCallsAreFree ? 0 : 1))
            return new CheckCreditResponse();
        if (request.EventId.Length > 0 && await IsKnownAsync(request, cancellationToken))
            return new CheckCreditResponse();
        throw CreditBalanceGuard.Nothing(balance.BalanceMicros, balance.HeldMicros);
    }

    private async Task<bool> IsKnownAsync(CheckCreditRequest request, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var user = checked((long)request.UserId);
        return await db.Calls.AnyAsync(c => c.UserId == user && c.EventId == request.EventId, cancellationToken);
    }
}
