using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Memory.Migrations;

[DbContext(typeof(MemoryDb))]
[Migration("20261130000283_CreateChanges")]
internal sealed class M20261130_CreateChanges : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "memory_changes",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                conversation_id = t.Column<long>(),
                turn_id = t.Column<string>(maxLength: 64),
                item_id = t.Column<long>(),
                kind = t.Column<string>(maxLength: 20),
                before = t.Column<string>(nullable: true),
                left_at = t.Column<long>(),
                undone_at = t.Column<long>(nullable: true),
                created_at = t.Column<long>(),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_memory_changes", x => x.id);
                t.ForeignKey("fk_memory_changes_item", x => x.item_id, "memory_items", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("ix_memory_changes_conversation", "memory_changes", ["user_id", "conversation_id", "id"]);
        migrationBuilder.CreateIndex("ix_memory_changes_item", "memory_changes", "item_id");
        migrationBuilder.CreateIndex("ix_memory_changes_created_at", "memory_changes", "created_at");
    }
}
