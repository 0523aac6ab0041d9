using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Llm.Migrations;

[DbContext(typeof(LlmDb))]
[Migration("20261122000040_AddApiKeyToCalls")]
internal sealed class M20261122_AddApiKeyToCalls : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<long>("api_key_id", "llm_calls", defaultValue: 0L);
}
