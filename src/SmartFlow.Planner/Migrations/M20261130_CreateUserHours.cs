using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

/// <summary>Hours that users' memories hold.</summary>
[DbContext(typeof(PlannerDb))]
[Migration("20261130000250_CreateUserHours")]
internal sealed class M20261130_CreateUserHours : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "user_hours",
        t => new { user_id = t.Column<long>(), revision = t.Column<long>(), hours = t.Column<byte[]>() },
        constraints: t => t.PrimaryKey("pk_user_hours", x => x.user_id));
}
