using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Migrations;

[DbContext(typeof(NotificationDb))]
[Migration("20261122000044_CreateCentre")]
internal sealed class M20261122_CreateCentre : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        migrationBuilder.CreateTable(
            "notifications",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                event_id = t.Column<string>(maxLength: 300),
                kind = t.Column<string>(maxLength: 100),
                data = t.Column<string>(),
                created_at = t.Column<long>(),
                read_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_notifications", x => x.id));
        migrationBuilder.CreateIndex("ux_notifications_event_id", "notifications", "event_id", unique: true);
        migrationBuilder.CreateIndex("ix_notifications_user", "notifications", ["user_id", "id"]);
        migrationBuilder.CreateIndex("ix_notifications_created_at", "notifications", "created_at");
    }
}
