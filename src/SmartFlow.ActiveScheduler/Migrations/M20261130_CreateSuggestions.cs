using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.ActiveScheduler.Migrations;

[DbContext(typeof(ActiveSchedulerDb))]
[Migration("20261130000040_CreateSuggestions")]
internal sealed class M20261130_CreateSuggestions : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        migrationBuilder.IndexIdempotentRequests();
        CreateTriggers(migrationBuilder);
        CreateSuggestions(migrationBuilder);
        migrationBuilder.CreateTable(
            "mutes",
            t => new
            {
                user_id = t.Column<long>(),
                matter = t.Column<string>(maxLength: 60),
                until = t.Column<long>(nullable: true),
                mark = t.Column<string>(maxLength: 60),
            },
            constraints: t => t.PrimaryKey("pk_mutes", x => new { x.user_id, x.matter }));
        migrationBuilder.CreateTable(
            "leases",
            t => new
            {
                name = t.Column<string>(maxLength: 40),
                owner = t.Column<string>(maxLength: 60),
                until = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_leases", x => x.name));
    }

    private static void CreateTriggers(MigrationBuilder migration)
    {
        migration.CreateTable(
            "triggers",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                key = t.Column<string>(maxLength: 200),
                kind = t.Column<string>(maxLength: 20),
                matter = t.Column<string>(maxLength: 60),
                subject = t.Column<string>(maxLength: 8000),
                language = t.Column<string>(maxLength: 2),
                due_at = t.Column<long>(),
                claimed_until = t.Column<long>(nullable: true),
                attempts = t.Column<int>(),
                outcome = t.Column<string>(maxLength: 40, nullable: true),
                created_at = t.Column<long>(),
                ended_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_triggers", x => x.id));
        migration.CreateIndex("ux_triggers_key", "triggers", "key", unique: true);
        migration.CreateIndex("ix_triggers_due", "triggers", "due_at", filter: "ended_at IS NULL");
        migration.CreateIndex("ix_triggers_ended", "triggers", "ended_at", filter: "ended_at IS NOT NULL");
    }

    private static void CreateSuggestions(MigrationBuilder migration)
    {
        migration.CreateTable(
            "suggestions",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                trigger_id = t.Column<long>(),
                kind = t.Column<string>(maxLength: 20),
                matter = t.Column<string>(maxLength: 60),
                mark = t.Column<string>(maxLength: 60),
                title = t.Column<string>(maxLength: 600),
                language = t.Column<string>(maxLength: 2),
                state = t.Column<string>(maxLength: 20),
                base_version = t.Column<long>(),
                candidates = t.Column<string>(),
                recommended = t.Column<string>(maxLength: 20),
                chosen_by = t.Column<string>(maxLength: 20),
                explanation = t.Column<string>(maxLength: 400, nullable: true),
                credit_micros = t.Column<long>(),
                model_asked = t.Column<bool>(),
                picked = t.Column<string>(maxLength: 20, nullable: true),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
                picked_at = t.Column<long>(nullable: true),
                ended_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_suggestions", x => x.id));
        migration.CreateIndex("ux_suggestions_live", "suggestions", ["user_id", "matter"], unique: true, filter: ActiveSchedulerDb.Live);
        migration.CreateIndex("ix_suggestions_user", "suggestions", ["user_id", "id"]);
        migration.CreateIndex("ix_suggestions_trigger", "suggestions", "trigger_id");
        migration.CreateIndex("ix_suggestions_ended", "suggestions", "ended_at", filter: "ended_at IS NOT NULL");
        migration.CreateIndex("ix_suggestions_expires", "suggestions", "expires_at", filter: ActiveSchedulerDb.Live);
    }
}
