using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

/// <summary>
/// A term may be saved before anybody has said when it begins. Which of the terms of before are such, nobody can tell:
/// they stay as they are.
/// </summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000320_AssumeTerms")]
internal sealed class M20261130_AssumeTerms : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) =>
        migrationBuilder.AddColumn<bool>("is_assumed", "terms", nullable: false, defaultValue: false);
}
