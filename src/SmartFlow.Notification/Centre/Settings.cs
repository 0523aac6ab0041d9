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

/// <summary>
/// GET and PUT /notifications/settings; the ledger keeps them, where they are compared. Refusals: invalid_argument.
/// </summary>
internal static class Settings
{
    public static void Map(IEndpointRouteBuilder centre)
    {
        centre
            .MapGet(
                "/settings",
                async (ClaimsPrincipal user, ICreditLedger ledger, CancellationToken cancellationToken) =>
                    View(
                        (
                            await ledger.GetAlertSettingsAsync(
                                new GetAlertSettingsRequest { UserId = user.UserId() },
                                cancellationToken
                            )
                        ).Settings
                    )
            )
            .WithName("GetNotificationSettings");
        centre.MapPut("/settings", PutAsync).WithName("SetNotificationSettings");
    }

    private static async Task<NotificationSettings> PutAsync(
        NotificationSettings settings,
        ClaimsPrincipal user,
        ICreditLedger ledger,
        CancellationToken cancellationToken
    )
    {
        new FieldErrors()
            .Credit("low_balance_credit", settings.LowBalanceCredit)
            .Credit("daily_spend_credit", settings.DailySpendCredit)
            .Throw("The settings are not valid.");
        var message = new AlertSettingsMessage
        {
            Enabled = settings.Enabled,
            LowBalanceMicros = Pricing.Micros(settings.LowBalanceCredit),
            DailySpendMicros = Pricing.Micros(settings.DailySpendCredit),
        };
        var set = await ledger.SetAlertSettingsAsync(
            new SetAlertSettingsRequest { UserId = user.UserId(), Settings = message },
            cancellationToken
        );
        return View(set.Settings);
    }

    private static NotificationSettings View(AlertSettingsMessage m) =>
        new(m.Enabled, Pricing.Credits(m.LowBalanceMicros), Pricing.Credits(m.DailySpendMicros));
}
