using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.UserAuth.Migrations;

/// <summary>Users who are kept out, names that look like nobody else's, and what a list of sessions shows.</summary>
[DbContext(typeof(UserAuthDb))]
[Migration("20261129000013_AddStanding")]
internal sealed class M20261129_AddStanding : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("disabled_at", "users", nullable: true);
        migrationBuilder.AddColumn<string>("display_look", "users", maxLength: 256, nullable: true);
        migrationBuilder.CreateIndex("ux_users_display_look", "users", "display_look", unique: true);
        migrationBuilder.AddColumn<string>("client", "sessions", maxLength: 200, defaultValue: "");
        migrationBuilder.AddColumn<long>("last_used_at", "sessions", defaultValue: 0L);
        migrationBuilder.Sql("UPDATE sessions SET last_used_at = created_at");
        // Failures are counted in memory, by name and network. SQL, because EF would rebuild the table on SQLite.
        migrationBuilder.Sql("ALTER TABLE users DROP COLUMN failed_sign_ins");
        migrationBuilder.Sql("ALTER TABLE users DROP COLUMN locked_until");
    }
}
