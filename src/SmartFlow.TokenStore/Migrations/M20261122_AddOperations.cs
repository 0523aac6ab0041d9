using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>The operators' journal, and small indexes over what operators booked.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000007_AddOperations")]
internal sealed class M20261122_AddOperations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "operator_audit",
            t => new
            {
                id = t.Identity(),
                at = t.Column<long>(),
                operator_id = t.Column<long>(),
                operator_name = t.Column<string>(maxLength: 100),
                action = t.Column<string>(maxLength: 100),
                subject = t.Column<string>(maxLength: 400),
                before_json = t.Column<string>(nullable: true),
                after_json = t.Column<string>(nullable: true),
                reason = t.Column<string>(maxLength: 500),
                request_id = t.Column<string>(maxLength: 128),
            },
            constraints: t => t.PrimaryKey("pk_operator_audit", x => x.id));
        migrationBuilder.CreateIndex("ix_operator_audit_subject", "operator_audit", ["subject", "id"]);
        migrationBuilder.CreateIndex("ix_operator_audit_operator", "operator_audit", ["operator_id", "id"]);
        migrationBuilder.CreateIndex("ix_operator_audit_action", "operator_audit", ["action", "id"]);
        migrationBuilder.Protect("operator_audit");
        migrationBuilder.CreateTable(
            "reconciliation_runs",
            t => new
            {
                id = t.Identity(),
                checked_at = t.Column<long>(),
                ok = t.Column<bool>(),
                trigger = t.Column<string>(maxLength: 16),
                report_json = t.Column<string>(),
            },
            constraints: t => t.PrimaryKey("pk_reconciliation_runs", x => x.id));
        migrationBuilder.CreateIndex("ix_credit_ledger_adjust", "credit_ledger", "transaction_id", filter: "kind = 'adjust'");
        migrationBuilder.CreateIndex("ix_credit_ledger_refund", "credit_ledger", "transaction_id", filter: "kind = 'refund'");
    }
}
