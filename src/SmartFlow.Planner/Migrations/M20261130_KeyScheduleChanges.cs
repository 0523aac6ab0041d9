using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

/// <summary>A change that another module asked for is known by its key, so that a repeat changes nothing more.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000230_KeyScheduleChanges")]
internal sealed class M20261130_KeyScheduleChanges : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("creation_key", "schedule_changes", maxLength: 100, nullable: true);
        migrationBuilder.AddColumn<byte[]>("creation_hash", "schedule_changes", nullable: true);
        migrationBuilder.CreateIndex(
            "ux_schedule_changes_creation_key", "schedule_changes", ["user_id", "creation_key"], unique: true,
            filter: "creation_key IS NOT NULL");
    }
}
