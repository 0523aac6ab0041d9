using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests;

public sealed partial class SmartFlowApp
{
    private const string Store = "/api/v1/credit-store/";

    /// <summary>Books a charge of a call as its event would.</summary>
    internal async Task ChargeAsync(
        TestUser user,
        long micros,
        string eventId,
        string scene = "agent.chat",
        string model = "demo",
        long tokens = 10
    )
    {
        var decision = await Services
            .GetRequiredService<LedgerWorker>()
            .SubmitAsync(
                new Post(
                    (long)user.Id,
                    Kinds.Call,
                    eventId,
                    -micros,
                    "charge",
                    SystemAccounts.UsageRevenue,
                    $"{model} · {scene}",
                    "{}",
                    new Consumption(scene, "demo", model, tokens)
                )
            );
        decision.Outcome.ShouldBe(LedgerOutcome.Applied);
    }

    /// <summary>Books an operator's adjustment, which may be negative.</summary>
    internal async Task AdjustAsync(TestUser user, long micros, string eventId, string source = "adjust")
    {
        var decision = await Services
            .GetRequiredService<LedgerWorker>()
            .SubmitAsync(
                new Post(
                    (long)user.Id,
                    Kinds.Adjust,
                    eventId,
                    micros,
                    source,
                    SystemAccounts.Adjustments,
                    "Adjustment",
                    "{}"
                )
            );
        decision.Outcome.ShouldBe(LedgerOutcome.Applied);
    }

    /// <summary>The id of a pack by its code.</summary>
    internal async Task<long> PackAsync(TestUser user, string code)
    {
        var packs = (await user.GetAsync(Store + "products")).Json.GetProperty("items").EnumerateArray();
        return packs.Single(p => p.GetProperty("code").GetString() == code).GetProperty("product_id").GetInt64();
    }

    internal Task<Answer> OrderAsync(TestUser user, object product, object quantity, string key) =>
        user.PostAsync(Store + "orders", new { product_id = product, quantity }, ("Idempotency-Key", key));

    internal Task<Answer> PayAsync(TestUser user, long order, string key = "pay") =>
        user.PostAsync(
            string.Create(CultureInfo.InvariantCulture, $"{Store}orders/{order}/mock-paid"),
            new { mock_channel = "alipay_mock" },
            ("Idempotency-Key", key)
        );

    /// <summary>Changes the ledger's file behind the program's back.</summary>
    internal void Tamper(string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(DataFolder, "tokenstore.db")};Pooling=False"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
