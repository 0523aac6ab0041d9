using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.UserAuth.Migrations;

/// <summary>What operators have switched on and off.</summary>
[DbContext(typeof(UserAuthDb))]
[Migration("20261130000311_AddFeatureSwitches")]
internal sealed class M20261130_AddFeatureSwitches : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "feature_switches",
        t => new { name = t.Column<string>(maxLength: 32), is_on = t.Column<bool>(), changed_at = t.Column<long>() },
        constraints: t => t.PrimaryKey("pk_feature_switches", x => x.name));
}
