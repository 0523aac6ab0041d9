using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.UserAuth.Migrations;

/// <summary>What is deleted by its age is found by it.</summary>
[DbContext(typeof(UserAuthDb))]
[Migration("20261129000095_IndexWhatExpires")]
internal sealed class M20261129_IndexWhatExpires : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.IndexIdempotentRequests();
        migrationBuilder.CreateIndex("ix_sessions_expires_at", "sessions", "expires_at");
        migrationBuilder.CreateIndex("ix_refresh_tokens_expires_at", "refresh_tokens", "expires_at");
    }
}
