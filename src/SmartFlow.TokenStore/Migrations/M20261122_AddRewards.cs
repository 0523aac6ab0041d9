using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>Rewards with a daily cap, payments with a key of their own, entries that compensate others.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000002_AddRewards")]
internal sealed class M20261122_AddRewards : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "credit_reward_days",
            t => new
            {
                account_id = t.Column<long>(),
                source = t.Column<string>(maxLength: 50),
                day = t.Column<long>(),
                micros = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_reward_days", x => new { x.account_id, x.source, x.day }));
        migrationBuilder.AddColumn<string>("mock_channel", "credit_orders", maxLength: 32, nullable: false, defaultValue: "");
        migrationBuilder.AddColumn<string>("pay_key", "credit_orders", maxLength: 300, nullable: true);
        migrationBuilder.CreateIndex("ux_credit_orders_pay_key", "credit_orders", ["user_id", "pay_key"], unique: true);
        migrationBuilder.AddColumn<long>("reverses", "credit_ledger", nullable: true);
        migrationBuilder.CreateIndex(
            "ux_credit_ledger_reverses", "credit_ledger", "reverses", unique: true, filter: "reverses IS NOT NULL");
    }
}
