using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>The epoch of this ledger, raised when a back-up is restored.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261129000096_AddEpoch")]
internal sealed class M20261129_AddEpoch : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "credit_epochs",
            table => new { id = table.Column<int>(nullable: false), epoch = table.Column<long>(nullable: false) },
            constraints: table => table.PrimaryKey("pk_credit_epochs", x => x.id));
        migrationBuilder.Sql("INSERT INTO credit_epochs (id, epoch) VALUES (1, 0)");
    }
}
