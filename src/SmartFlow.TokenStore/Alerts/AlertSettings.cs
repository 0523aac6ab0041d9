using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore.Alerts;

/// <summary>What a user wants to hear about their Credit.</summary>
internal sealed class AlertSettings(
    IDbContextFactory<TokenStoreDb> factory,
    IWriter<TokenStoreDb> writer,
    IOptions<AlertOptions> options
)
{
    private const long MostMicros = 1_000_000_000_000_000;

    public async Task<AlertSettingsMessage> GetAsync(ulong userId, CancellationToken cancellationToken)
    {
        var id = Account(userId);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return View(
            await db.Alerts.AsNoTracking().SingleOrDefaultAsync(a => a.AccountId == id, cancellationToken)
                ?? new CreditAlert()
        );
    }

    /// <exception cref="RefusedException">invalid_argument.</exception>
    public async Task<AlertSettingsMessage> SetAsync(
        ulong userId,
        AlertSettingsMessage? settings,
        CancellationToken cancellationToken
    )
    {
        var id = Account(userId);
        if (settings is null)
            throw RefusedException.Field("settings", "is required");
        if (settings.LowBalanceMicros is < 0 or > MostMicros)
            throw RefusedException.Field("low_balance_micros", $"must be between 0 and {MostMicros}");
        if (settings.DailySpendMicros is < 0 or > MostMicros)
            throw RefusedException.Field("daily_spend_micros", $"must be between 0 and {MostMicros}");
        await writer.WriteAsync(
            async (db, token) =>
            {
                await EnsureAsync(db, id, token);
                return await db
                    .Alerts.Where(a => a.AccountId == id)
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(a => a.Enabled, settings.Enabled)
                                .SetProperty(a => a.LowBalanceMicros, (long?)settings.LowBalanceMicros)
                                .SetProperty(a => a.DailySpendMicros, (long?)settings.DailySpendMicros),
                        token
                    );
            },
            cancellationToken
        );
        return settings;
    }

    /// <summary>The account's row, made if there is none.</summary>
    public static Task EnsureAsync(TokenStoreDb db, long accountId, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlAsync(
            $"INSERT INTO credit_alerts (account_id, enabled, spend_day) VALUES ({accountId}, {true}, 0) ON CONFLICT (account_id) DO NOTHING",
            cancellationToken
        );

    private AlertSettingsMessage View(CreditAlert alert) =>
        new()
        {
            Enabled = alert.Enabled,
            LowBalanceMicros = AlertRules.Low(alert, options.Value),
            DailySpendMicros = AlertRules.Spend(alert, options.Value),
        };

    private static long Account(ulong userId) =>
        userId is 0 or > long.MaxValue ? throw RefusedException.Field("user_id", "must name a user") : (long)userId;
}
