using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

/// <summary>A preview knows when the term begins that its import makes: who has none says which week it is.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000275_SayTheWeek")]
internal sealed class M20261130_SayTheWeek : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<DateOnly>("first_monday", "course_previews", nullable: true);
}
