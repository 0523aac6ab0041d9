using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Agent.Migrations;

/// <summary>What a turn may cost, where a user said so for a conversation.</summary>
[DbContext(typeof(AgentDb))]
[Migration("20261130000263_AddTurnBudget")]
internal sealed class M20261130_AddTurnBudget : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<long>("turn_budget_micros", "conversations", nullable: true);
}
