using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore.Queries;

/// <summary>
/// A page of a long ledger must cost what a page of a short one costs: no list may read a whole table.
/// </summary>
public sealed class IndexTests
{
    private static readonly string[] Growing = ["credit_ledger", "credit_orders", "credit_rollups", "credit_accounts"];

    [Theory]
    [InlineData("summary", "")]
    [InlineData("consumption-dashboard?period=24h", "")]
    [InlineData("consumption-dashboard?period=all", "")]
    [InlineData("orders", "ix_credit_orders_user ")]
    [InlineData("orders?status=pending", "ix_credit_orders_user_status")]
    [InlineData("orders/1", "")]
    [InlineData("transactions", "ux_credit_ledger_seq")]
    [InlineData("transactions?source=charge", "ux_credit_ledger_seq")]
    [InlineData("transactions?direction=expense", "ux_credit_ledger_seq")]
    [InlineData("transactions?direction=income", "ix_credit_ledger_other")]
    [InlineData("transactions?source=order", "ix_credit_ledger_other")]
    [InlineData("transactions.csv", "ux_credit_ledger_seq")]
    [InlineData("transactions.csv?direction=income", "ix_credit_ledger_other")]
    public async Task A_list_finds_its_rows_by_an_index(string path, string index)
    {
        var plans = new Plans();
        await using var app = await SmartFlowApp.StartAsync(s =>
            s.Services = services => services.ConfigureDbContext<TokenStoreDb>(o => o.AddInterceptors(plans))
        );
        var mei = await app.SignUpAsync();
        await app.PayAsync(mei, (await app.OrderAsync(mei, 2, 1, "order")).Json.GetProperty("order_id").GetInt64());
        await app.OrderAsync(mei, 2, 1, "pending");
        await app.ChargeAsync(mei, 1, "call");
        plans.Seen.Clear();
        (await mei.GetAsync("/api/v1/credit-store/" + path)).ShouldBe(System.Net.HttpStatusCode.OK);

        var growing = plans.Seen.Where(p => Growing.Any(t => p.Sql.Contains(t, StringComparison.Ordinal))).ToArray();
        growing.ShouldNotBeEmpty();
        foreach (var (sql, plan) in growing)
        {
            plan.ShouldAllBe(
                step => !step.StartsWith("SCAN", StringComparison.Ordinal) || step == "SCAN CONSTANT ROW",
                sql
            );
            plan.ShouldAllBe(step => !step.Contains("FOR ORDER BY", StringComparison.Ordinal), sql);
        }
        growing
            .SelectMany(p => p.Plan)
            .ShouldContain(
                step => step.Contains(index, StringComparison.Ordinal),
                string.Join("\n", growing.Select(g => g.Sql + "\n→ " + string.Join("; ", g.Plan)))
            );
    }

    /// <summary>Asks the database how it will run each query, before it runs it.</summary>
    private sealed class Plans : DbCommandInterceptor
    {
        public ConcurrentBag<(string Sql, string[] Plan)> Seen { get; } = [];

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            await using var explain = command.Connection!.CreateCommand();
            explain.CommandText = "EXPLAIN QUERY PLAN " + command.CommandText;
            explain.Transaction = command.Transaction;
            foreach (DbParameter p in command.Parameters)
                explain.Parameters.Add(new SqliteParameter(p.ParameterName, p.Value));
            await using var row = await explain.ExecuteReaderAsync(cancellationToken);
            var steps = new List<string>();
            while (await row.ReadAsync(cancellationToken))
                steps.Add(row.GetString(3));
            Seen.Add((command.CommandText, [.. steps]));
            return result;
        }
    }
}
