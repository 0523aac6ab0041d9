using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>What everybody spent in a range of days is found by the hour.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261130000310_IndexRollupHours")]
internal sealed class M20261130_IndexRollupHours : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateIndex("ix_credit_rollups_hour", "credit_rollups", "hour");
}
