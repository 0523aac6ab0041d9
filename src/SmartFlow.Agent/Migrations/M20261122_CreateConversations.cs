using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Agent.Migrations;

[DbContext(typeof(AgentDb))]
[Migration("20261122000001_CreateConversations")]
internal sealed class M20261122_CreateConversations : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        Conversations(migrationBuilder);
        Timeline(migrationBuilder);
        Turns(migrationBuilder);
        Interactions(migrationBuilder);
    }

    private static void Conversations(MigrationBuilder migration)
    {
        migration.CreateTable(
            "conversations",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                title = t.Column<string>(maxLength: 2_000),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
                archived_at = t.Column<long>(nullable: true),
                always_allow = t.Column<bool>(),
                last_seq = t.Column<long>(),
                turn_id = t.Column<string>(maxLength: 32, nullable: true),
                turn_until = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_conversations", x => x.id));
        migration.CreateIndex("ix_conversations_user", "conversations", ["user_id", "updated_at"]);
    }

    private static void Timeline(MigrationBuilder migration) => migration.CreateTable(
        "timeline_items",
        t => new
        {
            conversation_id = t.Column<long>(),
            seq = t.Column<long>(),
            turn_id = t.Column<string>(maxLength: 32),
            kind = t.Column<string>(maxLength: 40),
            text = t.Column<string>(nullable: true),
            payload = t.Column<string>(),
            created_at = t.Column<long>(),
        },
        constraints: t => t.PrimaryKey("pk_timeline_items", x => new { x.conversation_id, x.seq }));

    private static void Turns(MigrationBuilder migration)
    {
        migration.CreateTable(
            "turns",
            t => new
            {
                id = t.Column<string>(maxLength: 32),
                conversation_id = t.Column<long>(),
                user_id = t.Column<long>(),
                first_seq = t.Column<long>(),
                started_at = t.Column<long>(),
                ended_at = t.Column<long>(nullable: true),
                outcome = t.Column<string>(maxLength: 40, nullable: true),
                usage = t.Column<string>(nullable: true),
                client_key = t.Column<string>(maxLength: 255, nullable: true),
                client_hash = t.Column<byte[]>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_turns", x => x.id));
        migration.CreateIndex("ix_turns_conversation", "turns", "conversation_id");
        migration.CreateIndex(
            "ux_turns_client_key", "turns", ["user_id", "client_key"], unique: true, filter: "client_key IS NOT NULL");
    }

    private static void Interactions(MigrationBuilder migration)
    {
        migration.CreateTable(
            "interactions",
            t => new
            {
                id = t.Column<string>(maxLength: 32),
                conversation_id = t.Column<long>(),
                user_id = t.Column<long>(),
                turn_id = t.Column<string>(maxLength: 32),
                state = t.Column<string>(maxLength: 20),
                draft = t.Column<byte[]>(),
                chinese = t.Column<bool>(),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
                resolved_at = t.Column<long>(nullable: true),
                executed_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_interactions", x => x.id));
        migration.CreateIndex("ix_interactions_conversation", "interactions", "conversation_id");
    }
}
