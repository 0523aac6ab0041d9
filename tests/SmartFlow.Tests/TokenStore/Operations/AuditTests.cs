using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class AuditTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false, "UPDATE operator_audit SET reason = 'x'")]
    [InlineData(false, "DELETE FROM operator_audit")]
    [InlineData(true, "UPDATE operator_audit SET reason = 'x'")]
    [InlineData(true, "DELETE FROM operator_audit")]
    [InlineData(true, "TRUNCATE operator_audit")]
    public async Task The_database_itself_refuses_to_change_a_line(bool onPostgres, string change)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var boss = await app.OperatorAsync();
        (await boss.AdjustAsync(boss.Id, 1, "Because", "k")).ShouldBe(HttpStatusCode.Created);
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        (
            await Should.ThrowAsync<System.Data.Common.DbException>(() => db.Database.ExecuteSqlRawAsync(change))
        ).Message.ShouldContain("append-only");
    }
}
