using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Migrations;

[DbContext(typeof(NotificationDb))]
[Migration("20261130000010_CreateChannels")]
internal sealed class M20261130_CreateChannels : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        CreatePreferences(migrationBuilder);
        CreateChannels(migrationBuilder);
        CreateDeliveries(migrationBuilder);
    }

    private static void CreatePreferences(MigrationBuilder migration)
    {
        migration.CreateTable(
            "preferences",
            t => new
            {
                user_id = t.Column<long>(),
                language = t.Column<string>(maxLength: 10),
                time_zone = t.Column<string>(maxLength: 64),
                quiet_from = t.Column<int>(nullable: true),
                quiet_to = t.Column<int>(nullable: true),
                deadline_minutes = t.Column<int>(),
                block_minutes = t.Column<int>(),
                course_minutes = t.Column<int>(),
                outlook_at = t.Column<int>(nullable: true),
                outlook_day = t.Column<int>(),
                off = t.Column<string>(maxLength: 2000),
                updated_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_preferences", x => x.user_id));
        migration.CreateIndex("ix_preferences_outlook", "preferences", "outlook_at", filter: "outlook_at IS NOT NULL");
    }

    private static void CreateChannels(MigrationBuilder migration)
    {
        migration.CreateTable(
            "channels",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                type = t.Column<string>(maxLength: 20),
                name = t.Column<string>(maxLength: 60),
                mask = t.Column<string>(maxLength: 300),
                @sealed = t.Column<byte[]>(),
                address_hash = t.Column<byte[]>(),
                enabled = t.Column<bool>(),
                off_reason = t.Column<string>(maxLength: 40, nullable: true),
                confirmed_at = t.Column<long>(nullable: true),
                day = t.Column<int>(),
                day_sent = t.Column<int>(),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_channels", x => x.id));
        migration.CreateIndex("ux_channels_address", "channels", ["user_id", "address_hash"], unique: true);
    }

    private static void CreateDeliveries(MigrationBuilder migration)
    {
        migration.CreateTable(
            "deliveries",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                notice_id = t.Column<long>(),
                channel_id = t.Column<long>(),
                channel_type = t.Column<string>(maxLength: 20),
                channel_name = t.Column<string>(maxLength: 60),
                state = t.Column<string>(maxLength: 20),
                tries = t.Column<int>(),
                due_at = t.Column<long>(),
                reason = t.Column<string>(maxLength: 60, nullable: true),
                ended_at = t.Column<long>(nullable: true),
                created_at = t.Column<long>(),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_deliveries", x => x.id);
                t.ForeignKey("fk_deliveries_notice", x => x.notice_id, "notifications", "id", onDelete: ReferentialAction.Cascade);
            });
        migration.CreateIndex("ux_deliveries_notice", "deliveries", ["notice_id", "channel_id"], unique: true);
        migration.CreateIndex("ix_deliveries_due", "deliveries", "due_at", filter: "state = 'Waiting'");
    }
}
