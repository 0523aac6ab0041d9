using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>Seals of the ledger's batches, and the index by which a batch is read.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000009_AddSeals")]
internal sealed class M20261122_AddSeals : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "ledger_seals",
            t => new
            {
                position = t.Column<long>(),
                batch_id = t.Column<long>(),
                entries = t.Column<int>(),
                root = t.Column<byte[]>(),
                seal = t.Column<byte[]>(),
                sealed_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_ledger_seals", x => x.position));
        migrationBuilder.CreateIndex("ux_ledger_seals_batch", "ledger_seals", "batch_id", unique: true);
        migrationBuilder.Protect("ledger_seals");
        migrationBuilder.CreateIndex("ix_credit_ledger_batch", "credit_ledger", "batch_id");
    }
}
