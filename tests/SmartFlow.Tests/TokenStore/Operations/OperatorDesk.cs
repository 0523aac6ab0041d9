using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Reconcile;

namespace SmartFlow.Tests.TokenStore.Operations;

/// <summary>Short forms of what these tests look at.</summary>
internal static class OperatorDesk
{
    public const string Admin = "/api/v1/admin/";

    public static async Task<List<JsonElement>> AuditAsync(this TestUser boss, string action) =>
        [
            .. (await boss.GetAsync($"{Admin}audit?action={action}"))
                .ShouldBe(System.Net.HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];

    /// <summary>Everything that a refused request must not change.</summary>
    public static async Task<(int Entries, int Rejections, int Audit, long Posted)> BooksAsync(this SmartFlowApp app)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        return (
            await db.Ledger.CountAsync(),
            await db.Rejections.CountAsync(),
            await db.OperatorAudit.CountAsync(),
            await db.Accounts.SumAsync(a => Math.Abs(a.PostedMicros))
        );
    }

    /// <summary>
    /// Every identity of the ledger holds; the calls are left out, because these tests charge without a journal.
    /// </summary>
    public static async Task LedgerShouldAgreeAsync(this SmartFlowApp app) =>
        (await app.LedgerFindingsAsync()).ShouldBeEmpty();

    public static async Task<List<string>> LedgerFindingsAsync(this SmartFlowApp app)
    {
        var findings = new List<string>();
        await foreach (
            var finding in app
                .Services.GetServices<SmartFlow.Platform.IReconciliation>()
                .OfType<LedgerAudit>()
                .Single()
                .CheckAsync(default)
        )
            findings.Add(finding.ToString());
        return findings;
    }

    public static Task<Answer> AdjustAsync(
        this TestUser boss,
        object userId,
        object amount,
        object reason,
        string key
    ) =>
        boss.PostAsync(
            Admin + "adjustments",
            new
            {
                user_id = userId,
                amount_micros = amount,
                reason,
            },
            ("Idempotency-Key", key)
        );

    public static async Task HoldAsync(SmartFlowApp app, TestUser user, string eventId, long micros) =>
        (
            await app
                .Services.GetRequiredService<ICreditLedger>()
                .ReserveAsync(
                    new ReserveRequest
                    {
                        Key = new CallKey { UserId = user.Id, EventId = eventId },
                        AmountMicros = micros,
                    },
                    default
                )
        ).Outcome.ShouldBe(ReserveOutcome.Reserved);
}
