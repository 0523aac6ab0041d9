using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Migrations;

/// <summary>What is deleted by its age is found by it.</summary>
[DbContext(typeof(NotificationDb))]
[Migration("20261129000095_IndexWhatExpires")]
internal sealed class M20261129_IndexWhatExpires : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.IndexIdempotentRequests();
}
