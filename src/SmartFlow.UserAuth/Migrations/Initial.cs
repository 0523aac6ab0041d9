using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.UserAuth.Migrations;

[DbContext(typeof(UserAuthDb))]
[Migration("20261122_01_Initial")]
internal sealed class Initial : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        CreateUsers(migrationBuilder);
        CreateSessions(migrationBuilder);
        migrationBuilder.CreateTable(
            "api_keys",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                name = t.Column<string>(maxLength: 64),
                hint = t.Column<string>(maxLength: 16),
                hash = t.Column<byte[]>(),
                created_at = t.Column<long>(),
                revoked_at = t.Column<long>(nullable: true),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_api_keys", x => x.id);
                t.ForeignKey("fk_api_keys_user_id", x => x.user_id, "users", "id", onDelete: ReferentialAction.Cascade);
            });
        migrationBuilder.CreateIndex("ux_api_keys_hash", "api_keys", "hash", unique: true);
        migrationBuilder.CreateIndex("ix_api_keys_user_id", "api_keys", "user_id");
    }

    private static void CreateUsers(MigrationBuilder migration)
    {
        migration.CreateTable(
            "users",
            t => new
            {
                id = t.Identity(),
                username = t.Column<string>(maxLength: 64),
                normalised_name = t.Column<string>(maxLength: 64),
                display_name = t.Column<string>(maxLength: 128, nullable: true),
                email = t.Column<string>(maxLength: 254, nullable: true),
                password_hash = t.Column<string>(maxLength: 400),
                failed_sign_ins = t.Column<int>(),
                locked_until = t.Column<long>(nullable: true),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_users", x => x.id));
        migration.CreateIndex("ux_users_normalised_name", "users", "normalised_name", unique: true);
        migration.CreateTable(
            "user_roles",
            t => new { user_id = t.Column<long>(), role = t.Column<string>(maxLength: 32) },
            constraints: t =>
            {
                t.PrimaryKey("pk_user_roles", x => new { x.user_id, x.role });
                t.ForeignKey("fk_user_roles_user_id", x => x.user_id, "users", "id", onDelete: ReferentialAction.Cascade);
            });
    }

    private static void CreateSessions(MigrationBuilder migration)
    {
        migration.CreateTable(
            "sessions",
            t => new
            {
                id = t.Column<string>(maxLength: 32),
                user_id = t.Column<long>(),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
                revoked_at = t.Column<long>(nullable: true),
                revoked_for = t.Column<string>(maxLength: 32, nullable: true),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_sessions", x => x.id);
                t.ForeignKey("fk_sessions_user_id", x => x.user_id, "users", "id", onDelete: ReferentialAction.Cascade);
            });
        migration.CreateIndex("ix_sessions_user_id", "sessions", "user_id");
        migration.CreateTable(
            "refresh_tokens",
            t => new
            {
                hash = t.Column<byte[]>(),
                session_id = t.Column<string>(maxLength: 32),
                expires_at = t.Column<long>(),
                used_at = t.Column<long>(nullable: true),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_refresh_tokens", x => x.hash);
                t.ForeignKey("fk_refresh_tokens_session_id", x => x.session_id, "sessions", "id", onDelete: ReferentialAction.Cascade);
            });
        migration.CreateIndex("ix_refresh_tokens_session_id", "refresh_tokens", "session_id");
    }
}
