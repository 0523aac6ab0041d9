using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Memory.Migrations;

[DbContext(typeof(MemoryDb))]
[Migration("20261130000250_CreateMemory")]
internal sealed class M20261130_CreateMemory : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        CreateItems(migrationBuilder);
        migrationBuilder.CreateTable(
            "memory_owners",
            t => new { user_id = t.Column<long>(), enabled = t.Column<bool>(), on_since = t.Column<long>(), revision = t.Column<long>() },
            constraints: t => t.PrimaryKey("pk_memory_owners", x => x.user_id));
        migrationBuilder.CreateTable(
            "looks",
            t => new
            {
                turn_id = t.Column<string>(maxLength: 64),
                user_id = t.Column<long>(),
                conversation_id = t.Column<long>(),
                message = t.Column<string>(nullable: true),
                asked = t.Column<string>(nullable: true),
                state = t.Column<string>(maxLength: 20),
                tries = t.Column<int>(),
                due_at = t.Column<long>(),
                outcome = t.Column<string>(maxLength: 100, nullable: true),
                said_at = t.Column<long>(),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_looks", x => x.turn_id));
        migrationBuilder.CreateIndex("ix_looks_due", "looks", "due_at", filter: "state = 'Waiting'");
        migrationBuilder.CreateIndex("ix_looks_created_at", "looks", "created_at");
        migrationBuilder.CreateIndex("ix_looks_user", "looks", "user_id");
    }

    private static void CreateItems(MigrationBuilder migration)
    {
        migration.CreateTable(
            "memory_items",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                type = t.Column<string>(maxLength: 20),
                title = t.Column<string>(maxLength: 240),
                content = t.Column<string>(maxLength: 2_000),
                confidence = t.Column<double>(),
                importance = t.Column<int>(),
                @explicit = t.Column<bool>(),
                status = t.Column<string>(maxLength: 20),
                hours_kind = t.Column<string>(maxLength: 20, nullable: true),
                hours_days = t.Column<int>(nullable: true),
                hours_from = t.Column<int>(nullable: true),
                hours_to = t.Column<int>(nullable: true),
                conversation_id = t.Column<long>(nullable: true),
                turn_id = t.Column<string>(maxLength: 64, nullable: true),
                deleted_by_hand = t.Column<bool>(),
                deleted_turn_id = t.Column<string>(maxLength: 64, nullable: true),
                expires_at = t.Column<long>(nullable: true),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
                deleted_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_memory_items", x => x.id));
        migration.CreateIndex("ix_memory_items_user", "memory_items", ["user_id", "status", "updated_at"]);
        migration.CreateIndex("ix_memory_items_deleted", "memory_items", "deleted_at", filter: "deleted_at IS NOT NULL");
        migration.CreateIndex("ix_memory_items_expires", "memory_items", "expires_at", filter: "expires_at IS NOT NULL");
    }
}
