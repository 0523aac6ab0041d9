using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Agent.Migrations;

/// <summary>What was known of the user when a turn began: a turn that is taken up again asks the same.</summary>
[DbContext(typeof(AgentDb))]
[Migration("20261130000250_KeepRemembered")]
internal sealed class M20261130_KeepRemembered : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.AddColumn<string>("remembered", "turns", nullable: true);
}
