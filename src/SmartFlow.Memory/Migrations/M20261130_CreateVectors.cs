using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Memory.Migrations;

[DbContext(typeof(MemoryDb))]
[Migration("20261130000284_CreateVectors")]
internal sealed class M20261130_CreateVectors : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "memory_vectors",
            t => new
            {
                item_id = t.Column<long>(),
                user_id = t.Column<long>(),
                model = t.Column<string>(maxLength: 100),
                words_hash = t.Column<byte[]>(),
                numbers = t.Column<byte[]>(),
                made_at = t.Column<long>(),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_memory_vectors", x => x.item_id);
                t.ForeignKey("fk_memory_vectors_item", x => x.item_id, "memory_items", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("ix_memory_vectors_user", "memory_vectors", ["user_id", "model"]);
    }
}
