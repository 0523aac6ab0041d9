using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore;

/// <summary>What the database itself keeps as it is, whoever asks.</summary>
public sealed class PriceRuleVersionTests(PostgresServer postgres)
{
    [Fact]
    public Task A_version_never_changes_and_is_never_deleted_on_SQLite() => CheckAsync("");

    [Fact]
    public async Task A_version_never_changes_and_is_never_deleted_on_PostgreSQL() =>
        await CheckAsync(await postgres.NewDatabaseAsync());

    private static async Task CheckAsync(string connectionString)
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
            s.Settings["Data:ConnectionString"] = connectionString
        );
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        var before = await db.PriceRules.AsNoTracking().OrderBy(r => r.RuleId).Select(r => r.Description).ToListAsync();
        var table = StoreObjectIdentifier.Table("credit_price_rules");
        foreach (
            var property in db
                .Model.FindEntityType(typeof(PriceRule))!
                .GetProperties()
                .Where(p => p.Name != nameof(PriceRule.Current))
        )
        {
            var column = property.GetColumnName(table)!;
            var other =
                property.ClrType == typeof(string) || property.Name == nameof(PriceRule.Tiers) ? $"{column} || 'x'"
                : property.ClrType == typeof(bool) ? $"NOT {column}"
                : $"coalesce({column}, 0) + 1";
            var update = "UPDATE credit_price_rules SET " + column + " = " + other + " WHERE rule_id = 2";
            var refused = await Should.ThrowAsync<DbException>(() => db.Database.ExecuteSqlRawAsync(update), column);
            refused.Message.ShouldContain("never changes", Case.Sensitive, column);
        }
        (
            await Should.ThrowAsync<DbException>(() =>
                db.Database.ExecuteSqlRawAsync("DELETE FROM credit_price_rules WHERE rule_id = 2")
            )
        ).Message.ShouldContain("never deleted");
        if (connectionString.Length > 0)
            await Should.ThrowAsync<DbException>(() => db.Database.ExecuteSqlRawAsync("TRUNCATE credit_price_rules"));
        (await db.PriceRules.AsNoTracking().OrderBy(r => r.RuleId).Select(r => r.Description).ToListAsync()).ShouldBe(
            before
        );
        (
            await db.Database.ExecuteSqlRawAsync(
                "UPDATE credit_price_rules SET current = NOT current, priority = priority"
            )
        ).ShouldBe(2);
    }
}
