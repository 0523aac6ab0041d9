using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Llm.Migrations;

/// <summary>What limited calls take, beside the calls themselves.</summary>
[DbContext(typeof(LlmDb))]
[Migration("20261122000041_AddLimits")]
internal sealed class M20261122_AddLimits : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("counted", "llm_calls", defaultValue: "");
        migrationBuilder.AddColumn<long>("counted_tokens", "llm_calls", defaultValue: 0L);
        migrationBuilder.CreateTable(
            "llm_limit_windows",
            t => new
            {
                name = t.Column<string>(maxLength: 200),
                user_id = t.Column<long>(),
                ends_at = t.Column<long>(nullable: true),
                requests = t.Column<long>(),
                tokens = t.Column<long>(),
                credit_micros = t.Column<long>(),
                seeded_requests = t.Column<long>(),
                seeded_tokens = t.Column<long>(),
                seeded_credit_micros = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_llm_limit_windows", x => x.name));
        migrationBuilder.CreateIndex("ix_llm_limit_windows_user_id", "llm_limit_windows", "user_id");
        migrationBuilder.CreateIndex("ix_llm_limit_windows_ends_at", "llm_limit_windows", "ends_at");
    }
}
