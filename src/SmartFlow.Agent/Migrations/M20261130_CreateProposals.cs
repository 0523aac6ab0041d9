using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Agent.Migrations;

/// <summary>What other assistants want to change.</summary>
[DbContext(typeof(AgentDb))]
[Migration("20261130000260_CreateProposals")]
internal sealed class M20261130_CreateProposals : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "proposals",
            t => new
            {
                id = t.Column<string>(maxLength: 32),
                user_id = t.Column<long>(),
                key_id = t.Column<long>(),
                assistant = t.Column<string>(maxLength: 64),
                call_key = t.Column<string>(maxLength: 300, nullable: true),
                call_hash = t.Column<byte[]>(),
                tool = t.Column<string>(maxLength: 40),
                arguments = t.Column<string>(),
                kept = t.Column<string>(),
                title = t.Column<string>(maxLength: 200),
                summary = t.Column<string>(maxLength: 500),
                diff = t.Column<string>(),
                card = t.Column<string>(nullable: true),
                chinese = t.Column<bool>(),
                state = t.Column<string>(maxLength: 20),
                by_key = t.Column<bool>(),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
                resolved_at = t.Column<long>(nullable: true),
                taken_until = t.Column<long>(nullable: true),
                executed_at = t.Column<long>(nullable: true),
                result = t.Column<string>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_proposals", x => x.id));
        migrationBuilder.CreateIndex("ix_proposals_user", "proposals", ["user_id", "id"]);
        migrationBuilder.CreateIndex("ux_proposals_call", "proposals", ["key_id", "call_key"], unique: true, filter: "call_key IS NOT NULL");
    }
}
