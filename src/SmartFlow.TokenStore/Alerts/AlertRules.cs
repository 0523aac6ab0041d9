using SmartFlow.Contracts.Billing;

namespace SmartFlow.TokenStore.Alerts;

/// <summary>
/// What a user wants to hear about their Credit, and what they have heard. No row: the defaults, nothing heard.
/// </summary>
internal sealed class CreditAlert
{
    public long AccountId { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>Null: the default; 0: never.</summary>
    public long? LowBalanceMicros { get; set; }

    /// <summary>Null: the default; 0: never.</summary>
    public long? DailySpendMicros { get; set; }

    /// <summary>
    /// Since when the balance is known to be low; null: it is not. Once raised, it is raised again after a recovery.
    /// </summary>
    public DateTimeOffset? LowSince { get; set; }

    /// <summary>The last day, in days since 1970 in UTC, on which the day's spending was announced.</summary>
    public long SpendDay { get; set; }
}

/// <summary>What an account is, to be judged.</summary>
internal readonly record struct AccountNow(long BalanceMicros, long SpentTodayMicros, long Day);

/// <summary>
/// What changes: the balance has become low, has recovered, or the day's spending has reached its threshold.
/// </summary>
internal readonly record struct AlertDecision(bool BecameLow, bool Recovered, bool SpendReached)
{
    public bool IsNothing => !BecameLow && !Recovered && !SpendReached;
}

/// <summary>
/// Pure: once per crossing, once per day. What is switched off is not remembered, so that switching on tells what is
/// so.
/// </summary>
internal static class AlertRules
{
    public static AlertDecision Decide(CreditAlert alert, AccountNow account, AlertOptions defaults)
    {
        var low = Low(alert, defaults);
        var isLow = alert.Enabled && low > 0 && account.BalanceMicros < low;
        var spend = Spend(alert, defaults);
        return new(
            isLow && alert.LowSince is null,
            !isLow && alert.LowSince is not null,
            alert.Enabled && spend > 0 && account.SpentTodayMicros >= spend && alert.SpendDay < account.Day
        );
    }

    public static long Low(CreditAlert alert, AlertOptions defaults) =>
        alert.LowBalanceMicros ?? Pricing.Micros(defaults.LowBalanceCredit);

    public static long Spend(CreditAlert alert, AlertOptions defaults) =>
        alert.DailySpendMicros ?? Pricing.Micros(defaults.DailySpendCredit);
}
