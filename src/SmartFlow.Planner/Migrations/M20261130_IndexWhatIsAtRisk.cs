using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

/// <summary>The active scheduler asks for open tasks by their quadrant and for items by their deadlines.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000030_IndexWhatIsAtRisk")]
internal sealed class M20261130_IndexWhatIsAtRisk : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateIndex("ix_quick_tasks_open", "quick_tasks", ["priority_group", "id"], filter: "completed_at IS NULL");
        migrationBuilder.CreateIndex("ix_task_items_deadline", "task_items", "deadline_at", filter: "deadline_at IS NOT NULL AND done_at IS NULL");
    }
}
