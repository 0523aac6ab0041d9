using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000043_AddAlerts")]
internal sealed class M20261122_AddAlerts : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "credit_alerts",
        t => new
        {
            account_id = t.Column<long>(),
            enabled = t.Column<bool>(),
            low_balance_micros = t.Column<long>(nullable: true),
            daily_spend_micros = t.Column<long>(nullable: true),
            low_since = t.Column<long>(nullable: true),
            spend_day = t.Column<long>(),
        },
        constraints: t => t.PrimaryKey("pk_credit_alerts", x => x.account_id));
}
