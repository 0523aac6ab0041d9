using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Migrations;

/// <summary>What is deleted by its age is found by it.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261129000095_IndexWhatExpires")]
internal sealed class M20261129_IndexWhatExpires : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.IndexIdempotentRequests();
        migrationBuilder.CreateIndex("ix_course_previews_expires_at", "course_previews", "expires_at");
        migrationBuilder.CreateIndex("ix_plan_previews_expires_at", "plan_previews", "expires_at");
    }
}
