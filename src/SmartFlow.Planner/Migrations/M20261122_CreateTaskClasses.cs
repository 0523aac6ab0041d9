using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Migrations;

/// <summary>Study plans and their items.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261122000070_CreateTaskClasses")]
internal sealed class M20261122_CreateTaskClasses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "task_classes",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                name = t.Column<string>(maxLength: 500),
                mode = t.Column<string>(maxLength: 16),
                start_date = t.Column<DateOnly>(),
                end_date = t.Column<DateOnly>(),
                subject = t.Column<string>(maxLength: 16),
                difficulty = t.Column<string>(maxLength: 16),
                intensity = t.Column<string>(maxLength: 16),
                strategy = t.Column<string>(maxLength: 16),
                allow_filler_courses = t.Column<bool>(),
                excluded_pairs = t.Column<int>(),
                excluded_days = t.Column<int>(),
                hue = t.Column<int>(),
                source = t.Column<string>(maxLength: 200, nullable: true),
                creation_key = t.Column<string>(maxLength: 100, nullable: true),
                creation_hash = t.Column<byte[]>(nullable: true),
                version = t.Column<int>(),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_task_classes", x => x.id));
        migrationBuilder.CreateIndex("ix_task_classes_user", "task_classes", ["user_id", "end_date"]);
        migrationBuilder.CreateIndex(
            "ux_task_classes_creation_key", "task_classes", ["user_id", "creation_key"], unique: true,
            filter: "creation_key IS NOT NULL");
        migrationBuilder.CreateTable(
            "task_items",
            t => new
            {
                id = t.Identity(),
                task_class_id = t.Column<long>(),
                user_id = t.Column<long>(),
                position = t.Column<int>(),
                content = t.Column<string>(maxLength: 4_000),
                sections = t.Column<int>(),
                deadline_at = t.Column<long>(nullable: true),
                status = t.Column<string>(maxLength: 16),
                done_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_task_items", x => x.id));
        migrationBuilder.CreateIndex("ix_task_items_class", "task_items", ["task_class_id", "position"]);
        migrationBuilder.CreateIndex("ix_task_items_user", "task_items", ["user_id", "status"]);
    }
}
