using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// The cheap check before anything is written: a cached balance of 0 or less refuses. It never authorises; that is
/// the reserve's part. The snapshot is renewed by every booking, so a top-up opens the gate at once.
/// </summary>
internal sealed class CreditBalanceGuard(ICreditLedger ledger)
{
    /// <summary>The refusal's member that says how long an answer would be admitted.</summary>
    public const string LargestOutputTokens = "largest_output_tokens";

    /// <exception cref="RefusedException">insufficient_credit.</exception>
    public async ValueTask CheckAsync(ulong userId, long neededMicros, CancellationToken cancellationToken)
    {
        var balance = await ledger.GetBalanceAsync(
            new GetBalanceRequest { UserId = userId, AboveZeroIsEnough = true },
            cancellationToken
        );
        if (!balance.Found || Passes(balance, neededMicros))
            return;
        throw Insufficient(neededMicros, balance.BalanceMicros, balance.HeldMicros);
    }

    /// <summary>Nothing that costs something with a balance of 0, nothing at all below it.</summary>
    public static bool Passes(GetBalanceResponse balance, long neededMicros) =>
        balance.BalanceMicros > 0 || (neededMicros == 0 && balance.BalanceMicros == 0);

    /// <summary>
    /// Says how much is needed, how much is missing, how much running calls hold, and how long an answer would be
    /// admitted.
    /// </summary>
    public static RefusedException Insufficient(
        long neededMicros,
        long balanceMicros,
        long heldMicros,
        long largestOutputTokens = 0
    )
    {
        var missing = Math.Max(0, neededMicros - (balanceMicros - heldMicros));
        return new RefusedException(
            ErrorCodes.InsufficientCredit,
            $"Not enough Credit: this call may need {CreditText.Cost(neededMicros)}, you are {CreditText.Cost(missing)} short; "
                + $"{CreditText.Cost(heldMicros)} are held by running calls."
                + (largestOutputTokens > 0 ? $" Retry with max_tokens of at most {largestOutputTokens}." : ""),
            // What running calls hold comes back, as a rule within seconds.
            retryAfter: missing <= heldMicros && heldMicros > 0 ? TimeSpan.FromSeconds(5) : null,
            extensions: new Dictionary<string, object?>
            {
                ["required_micros"] = neededMicros,
                ["missing_micros"] = missing,
                ["balance_micros"] = balanceMicros,
                ["held_micros"] = heldMicros,
                [LargestOutputTokens] = largestOutputTokens,
            }
        );
    }

    /// <summary>Whatever the call would need.</summary>
    public static RefusedException Nothing(long balanceMicros, long heldMicros) =>
        new(
            ErrorCodes.InsufficientCredit,
            $"Not enough Credit: your balance is {CreditText.Have(balanceMicros)}, and no call is free.",
            extensions: new Dictionary<string, object?>
            {
                ["balance_micros"] = balanceMicros,
                ["held_micros"] = heldMicros,
            }
        );
}
