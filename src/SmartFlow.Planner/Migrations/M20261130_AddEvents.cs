using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

/// <summary>Personal events own their sections like courses; they may have hours of their own.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000300_AddEvents")]
internal sealed class M20261130_AddEvents : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("kind", "courses", maxLength: 20, nullable: false, defaultValue: "Course");
        migrationBuilder.AddColumn<int>("starts_minute", "course_arrangements", nullable: true);
        migrationBuilder.AddColumn<int>("ends_minute", "course_arrangements", nullable: true);
    }
}
