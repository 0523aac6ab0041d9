using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Migrations;

[DbContext(typeof(PlannerDb))]
[Migration("20261122000080_CreateSchedule")]
internal sealed class M20261122_CreateSchedule : Migration
{
    private const int JsonMax = 2_000_000;

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        CreatePlacements(migrationBuilder);
        CreateChanges(migrationBuilder);
        CreatePreviews(migrationBuilder);
    }

    private static void CreatePlacements(MigrationBuilder migration)
    {
        migration.CreateTable(
            "placements",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                term_id = t.Column<long>(),
                item_id = t.Column<long>(nullable: true),
                quick_task_id = t.Column<long>(nullable: true),
                week = t.Column<int>(),
                day = t.Column<int>(),
                section_from = t.Column<int>(),
                section_to = t.Column<int>(),
                arrangement_id = t.Column<long>(nullable: true),
                locked = t.Column<bool>(),
                missed = t.Column<bool>(),
                origin = t.Column<string>(maxLength: 20),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_placements", x => x.id);
                t.ForeignKey("fk_placements_item", x => x.item_id, "task_items", "id", onDelete: ReferentialAction.Cascade);
                t.ForeignKey("fk_placements_quick_task", x => x.quick_task_id, "quick_tasks", "id", onDelete: ReferentialAction.Cascade);
                t.ForeignKey(
                    "fk_placements_arrangement", x => x.arrangement_id, "course_arrangements", "id", onDelete: ReferentialAction.SetNull);
                t.CheckConstraint("ck_placements_subject", "(item_id IS NULL) <> (quick_task_id IS NULL)");
            });
        migration.CreateIndex("ix_placements_term", "placements", ["user_id", "term_id"]);
        migration.CreateIndex("ux_placements_item", "placements", "item_id", unique: true);
        migration.CreateIndex("ux_placements_quick_task", "placements", "quick_task_id", unique: true);
        migration.CreateIndex("ix_placements_arrangement", "placements", "arrangement_id");
    }

    private static void CreateChanges(MigrationBuilder migration)
    {
        migration.CreateTable(
            "schedule_changes",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                term_id = t.Column<long>(),
                kind = t.Column<string>(maxLength: 20),
                before = t.Column<string>(maxLength: JsonMax),
                after = t.Column<string>(maxLength: JsonMax),
                version_before = t.Column<long>(),
                version_after = t.Column<long>(),
                created_at = t.Column<long>(),
                undone_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_schedule_changes", x => x.id));
        migration.CreateIndex("ix_schedule_changes_user", "schedule_changes", ["user_id", "term_id", "id"]);
    }

    private static void CreatePreviews(MigrationBuilder migration)
    {
        migration.CreateTable(
            "plan_previews",
            t => new
            {
                id = t.Column<string>(maxLength: 36),
                user_id = t.Column<long>(),
                term_id = t.Column<long>(),
                base_version = t.Column<long>(),
                request = t.Column<string>(maxLength: JsonMax),
                answer = t.Column<string>(maxLength: JsonMax),
                revision = t.Column<int>(),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
                applied_at = t.Column<long>(nullable: true),
                applied_key = t.Column<string>(maxLength: 255, nullable: true),
                applied_version = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_plan_previews", x => x.id));
        migration.CreateIndex("ix_plan_previews_user", "plan_previews", ["user_id", "created_at"]);
    }
}
