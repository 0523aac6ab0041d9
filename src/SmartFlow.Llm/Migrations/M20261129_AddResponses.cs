using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Llm.Migrations;

/// <summary>What responses were asked with, kept as long as their calls' answers.</summary>
[DbContext(typeof(LlmDb))]
[Migration("20261129000010_AddResponses")]
internal sealed class M20261129_AddResponses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "llm_responses",
            t => new
            {
                user_id = t.Column<long>(),
                token = t.Column<string>(maxLength: 32),
                call_id = t.Column<long>(),
                asked = t.Column<byte[]>(),
                input = t.Column<byte[]>(nullable: true),
                deleted = t.Column<bool>(),
                expires_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_llm_responses", x => new { x.user_id, x.token }));
        migrationBuilder.CreateIndex("ix_llm_responses_expires_at", "llm_responses", "expires_at");
    }
}
