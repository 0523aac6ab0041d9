using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Migrations;

[DbContext(typeof(LlmDb))]
[Migration("20261129000090_DropHandledEvents")]
internal sealed class M20261129_DropHandledEvents : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.DropHandledEvents();
}
