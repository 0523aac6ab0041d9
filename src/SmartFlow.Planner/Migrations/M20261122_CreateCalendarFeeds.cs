using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Planner.Migrations;

[DbContext(typeof(PlannerDb))]
[Migration("20261122000061_CreateCalendarFeeds")]
internal sealed class M20261122_CreateCalendarFeeds : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "calendar_feeds",
            t => new
            {
                user_id = t.Column<long>(),
                token_hash = t.Column<byte[]>(maxLength: 32),
                alarm_minutes = t.Column<int>(nullable: true),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_calendar_feeds", x => x.user_id));
        migrationBuilder.CreateIndex("ux_calendar_feeds_token", "calendar_feeds", "token_hash", unique: true);
    }
}
