using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Migrations;

[DbContext(typeof(PlannerDb))]
[Migration("20261122000001_CreateQuickTasks")]
internal sealed class M20261122_CreateQuickTasks : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        migrationBuilder.CreateTable(
            "quick_tasks",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                title = t.Column<string>(maxLength: 2_000),
                priority_group = t.Column<int>(),
                estimated_sections = t.Column<int>(),
                deadline_at = t.Column<long>(nullable: true),
                urgency_threshold_at = t.Column<long>(nullable: true),
                promote_at = t.Column<long>(nullable: true),
                completed_at = t.Column<long>(nullable: true),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
                promoted_at = t.Column<long>(nullable: true),
                promotion_reason = t.Column<string>(maxLength: 100, nullable: true),
                creation_key = t.Column<string>(maxLength: 100, nullable: true),
                creation_hash = t.Column<byte[]>(nullable: true),
                version = t.Column<int>(),
            },
            constraints: t => t.PrimaryKey("pk_quick_tasks", x => x.id));
        migrationBuilder.CreateIndex(
            "ix_quick_tasks_user", "quick_tasks", ["user_id", "completed_at", "priority_group", "deadline_at"]);
        migrationBuilder.CreateIndex(
            "ux_quick_tasks_creation_key", "quick_tasks", ["user_id", "creation_key"], unique: true,
            filter: "creation_key IS NOT NULL");
        migrationBuilder.CreateIndex(
            "ix_quick_tasks_promote_at", "quick_tasks", "promote_at",
            filter: "promote_at IS NOT NULL AND completed_at IS NULL");
    }
}
