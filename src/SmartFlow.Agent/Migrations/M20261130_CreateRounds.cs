using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Agent.Migrations;

/// <summary>What was asked and answered in the tool loop, and which kinds of change a conversation allows.</summary>
[DbContext(typeof(AgentDb))]
[Migration("20261130000231_CreateRounds")]
internal sealed class M20261130_CreateRounds : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "rounds",
            t => new
            {
                thread_id = t.Column<string>(maxLength: 32),
                number = t.Column<int>(),
                turn_id = t.Column<string>(maxLength: 32),
                conversation_id = t.Column<long>(),
                body = t.Column<string>(),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_rounds", x => new { x.thread_id, x.number }));
        migrationBuilder.CreateIndex("ix_rounds_conversation", "rounds", "conversation_id");
        migrationBuilder.AddColumn<string>("allowed_kinds", "conversations", maxLength: 200, nullable: false, defaultValue: "");
        // Who allowed everything until now was asked about quick tasks.
        migrationBuilder.Sql("UPDATE conversations SET allowed_kinds = 'tasks,', always_allow = FALSE WHERE always_allow");
        migrationBuilder.AddColumn<string>("tool", "interactions", maxLength: 40, nullable: true);
        migrationBuilder.AddColumn<string>("kind", "interactions", maxLength: 20, nullable: true);
    }
}
