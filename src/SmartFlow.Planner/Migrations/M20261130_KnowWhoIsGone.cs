using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Users;

namespace SmartFlow.Planner.Migrations;

[DbContext(typeof(PlannerDb))]
[Migration("20261130000280_KnowWhoIsGone")]
internal sealed class M20261130_KnowWhoIsGone : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateGoneUsers();
}
