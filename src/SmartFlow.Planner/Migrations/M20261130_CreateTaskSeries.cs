using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Migrations;

/// <summary>Tasks that repeat: what the next one begins as, and when it appears.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000301_CreateTaskSeries")]
internal sealed class M20261130_CreateTaskSeries : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "task_series",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                title = t.Column<string>(maxLength: 2_000),
                priority_group = t.Column<int>(),
                estimated_sections = t.Column<int>(),
                rule = t.Column<string>(maxLength: 200),
                anchor = t.Column<DateOnly>(),
                due_minute = t.Column<int>(),
                threshold_minutes = t.Column<int>(nullable: true),
                time_zone = t.Column<string>(maxLength: 64),
                next_on = t.Column<DateOnly>(nullable: true),
                next_at = t.Column<long>(nullable: true),
                ended_at = t.Column<long>(nullable: true),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
                version = t.Column<int>(),
            },
            constraints: t => t.PrimaryKey("pk_task_series", x => x.id));
        migrationBuilder.CreateIndex("ix_task_series_user", "task_series", "user_id");
        migrationBuilder.CreateIndex("ix_task_series_next_at", "task_series", "next_at", filter: "next_at IS NOT NULL");
        migrationBuilder.AddColumn<long>("series_id", "quick_tasks", nullable: true);
        migrationBuilder.AddColumn<string>("repeat", "quick_tasks", maxLength: 200, nullable: true);
        migrationBuilder.CreateIndex("ix_quick_tasks_series", "quick_tasks", "series_id", filter: "series_id IS NOT NULL AND completed_at IS NULL");
    }
}
