using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Llm.Migrations;

/// <summary>The call log's two ways into the journal. A running call is in neither: it is found among the open ones.</summary>
[DbContext(typeof(LlmDb))]
[Migration("20261122000050_AddCallLog")]
internal sealed class M20261122_AddCallLog : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateIndex(
            "ix_llm_calls_ended_user", "llm_calls", ["user_id", "finished_at"], filter: "finished_at IS NOT NULL");
        migrationBuilder.CreateIndex("ix_llm_calls_ended", "llm_calls", "finished_at", filter: "finished_at IS NOT NULL");
    }
}
