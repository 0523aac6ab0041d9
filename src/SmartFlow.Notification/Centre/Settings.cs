using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Centre;

/// <summary>What a user wants to hear.</summary>
/// <param name="Enabled">False: nothing.</param>
/// <param name="LowBalanceCredit">A balance below it is told, in Credit; 0: never.</param>
/// <param name="DailySpendCredit">A day (UTC) that spends this much is told, in Credit; 0: never.</param>
internal sealed record NotificationSettings(bool Enabled, decimal LowBalanceCredit, decimal DailySpendCredit);

/// <summary>GET and PUT /notifications/settings; the ledger keeps them, where they are compared. Refusals: invalid_argument.</summary>
internal static class Settings
{
    private const decimal MostCredit = 1_000_000_000;

    public static void Map(IEndpointRouteBuilder centre)
    {
        centre.MapGet("/settings", async (ClaimsPrincipal user, ICreditLedger ledger, CancellationToken cancellationToken) =>
                View((await ledger.GetAlertSettingsAsync(new GetAlertSettingsRequest { UserId = user.UserId() }, cancellationToken)).Settings))
            .WithName("GetNotificationSettings");
        centre.MapPut("/settings", PutAsync).WithName("SetNotificationSettings");
    }

    private static async Task<NotificationSettings> PutAsync(
        NotificationSettings settings, ClaimsPrincipal user, ICreditLedger ledger, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        Credit(errors, "low_balance_credit", settings.LowBalanceCredit);
        Credit(errors, "daily_spend_credit", settings.DailySpendCredit);
        errors.Throw("The settings are not valid.");
        var message = new AlertSettingsMessage
        {
            Enabled = settings.Enabled,
            LowBalanceMicros = (long)(settings.LowBalanceCredit * Pricing.MicrosPerCredit),
            DailySpendMicros = (long)(settings.DailySpendCredit * Pricing.MicrosPerCredit),
        };
        var set = await ledger.SetAlertSettingsAsync(
            new SetAlertSettingsRequest { UserId = user.UserId(), Settings = message }, cancellationToken);
        return View(set.Settings);
    }

    private static void Credit(FieldErrors errors, string field, decimal credit) =>
        errors.Require(credit is >= 0 and <= MostCredit, field, $"must be between 0 and {MostCredit}")
            .Require(decimal.Round(credit, 6) == credit, field, "must have at most six decimals");

    private static NotificationSettings View(AlertSettingsMessage m) =>
        new(m.Enabled, m.LowBalanceMicros / (decimal)Pricing.MicrosPerCredit, m.DailySpendMicros / (decimal)Pricing.MicrosPerCredit);
}
