using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

/// <summary>Reminders ask for open tasks by their deadlines.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000010_IndexDeadlines")]
internal sealed class M20261130_IndexDeadlines : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateIndex(
        "ix_quick_tasks_deadline", "quick_tasks", "deadline_at", filter: "deadline_at IS NOT NULL AND completed_at IS NULL");
}
