using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Llm;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>Charges of calls that nobody made, from the outbox to the ledger.</summary>
internal static class Charges
{
    public const long Micros = 1_000;

    public const string Consumer = "smartflow-token-store-outbox-consumer";

    public static CreditChargeRequested Of(ulong user, string eventId) =>
        new()
        {
            UserId = user,
            EventId = eventId,
            Scene = "agent.chat",
            ProviderName = "p",
            ModelName = "m",
            PriceRuleId = 1,
            PriceRuleVersion = 1,
            InputTokens = 3,
            OutputTokens = 4,
            CachedTokens = 0,
            CacheWriteTokens = 0,
            ReasoningTokens = 0,
            Estimated = false,
            CostMicroYuan = 8,
            CreditMicros = Micros,
            Outcome = "completed",
            ConversationId = "",
        };

    /// <summary>As the bus carries it.</summary>
    public static BusEvent Event(this SmartFlowApp app, ulong user, string eventId) =>
        new(
            $"charge:{user}:{eventId}",
            EventNames.CreditChargeRequested,
            user.ToString(CultureInfo.InvariantCulture),
            EventJson.Write(Of(user, eventId)),
            "",
            app.Clock.GetUtcNow()
        );

    /// <summary>Written into the outbox of calls, one transaction each user and event.</summary>
    public static Task ChargeAsync(this SmartFlowApp app, ulong user, string eventId) =>
        app
            .Services.GetRequiredService<IWriter<LlmDb>>()
            .SaveAsync(
                (db, _) =>
                {
                    db.Publish(
                        $"charge:{user}:{eventId}",
                        EventNames.CreditChargeRequested,
                        user,
                        Of(user, eventId),
                        app.Clock.GetUtcNow()
                    );
                    return Task.CompletedTask;
                },
                default
            );

    public static async Task OpenAccountsAsync(this SmartFlowApp app, params ulong[] users)
    {
        foreach (var user in users)
            await app
                .Services.GetRequiredService<ICreditLedger>()
                .OpenAccountAsync(
                    new OpenAccountRequest { UserId = user, WelcomeSubject = $"subject-{user}" },
                    default
                );
    }

    /// <summary>What the ledger has of an account's charges, in the order in which they were booked.</summary>
    public static async Task<string[]> ChargedAsync(this SmartFlowApp app, ulong user)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        return await db
            .Ledger.Where(l => l.AccountId == (long)user && l.Kind == "call")
            .OrderBy(l => l.Seq)
            .Select(l => l.EventId)
            .ToArrayAsync();
    }

    /// <summary>
    /// Waits until so many charges of each account are booked, and then for nothing more in the outbox.
    /// </summary>
    public static async Task SettledAsync(this SmartFlowApp app, int each, params ulong[] users)
    {
        foreach (var user in users)
            await Eventually.IsTrueAsync(
                async () => (await app.ChargedAsync(user)).Length >= each,
                $"{each} charges of {user} are booked"
            );
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = await app
                    .Services.GetRequiredService<IDbContextFactory<LlmDb>>()
                    .CreateDbContextAsync();
                return !await db.Outbox.AnyAsync();
            },
            "the outbox is empty"
        );
    }
}
