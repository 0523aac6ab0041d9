using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.UserAuth.Migrations;

/// <summary>Addresses that were shown to be their owner's, and the links that are sent to them.</summary>
[DbContext(typeof(UserAuthDb))]
[Migration("20261130000310_AddRecovery")]
internal sealed class M20261130_AddRecovery : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("verified_email", "users", maxLength: 254, nullable: true);
        migrationBuilder.CreateIndex("ix_users_verified_email", "users", "verified_email");
        migrationBuilder.CreateTable(
            "account_links",
            t => new
            {
                id = t.Identity(),
                hash = t.Column<byte[]>(),
                user_id = t.Column<long>(),
                purpose = t.Column<string>(maxLength: 16),
                address = t.Column<string>(maxLength: 254, nullable: true),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
                ended_at = t.Column<long>(nullable: true),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_account_links", x => x.id);
                t.ForeignKey("fk_account_links_user_id", x => x.user_id, "users", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("ux_account_links_hash", "account_links", "hash", unique: true);
        migrationBuilder.CreateIndex("ix_account_links_user_id", "account_links", "user_id");
        migrationBuilder.CreateIndex("ix_account_links_address", "account_links", "address");
        migrationBuilder.CreateIndex("ix_account_links_created_at", "account_links", "created_at");
    }
}
