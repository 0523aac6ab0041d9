using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Migrations;

[DbContext(typeof(LlmDb))]
[Migration("20261122000001_CreateJournal")]
internal sealed class M20261122_CreateJournal : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        migrationBuilder.CreateTable(
            "llm_calls",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                event_id = t.Column<string>(maxLength: 300),
                request_hash = t.Column<byte[]>(),
                scene = t.Column<string>(maxLength: 50),
                request_id = t.Column<string>(maxLength: 100),
                conversation_id = t.Column<string>(maxLength: 100),
                model_alias = t.Column<string>(maxLength: 200),
                skip_charge = t.Column<bool>(),
                stream = t.Column<bool>(),
                state = t.Column<string>(maxLength: 16),
                owner = t.Column<string>(maxLength: 64),
                candidates = t.Column<string>(),
                candidate = t.Column<int>(),
                text_bytes = t.Column<long>(),
                messages = t.Column<int>(),
                images = t.Column<int>(),
                output_limit = t.Column<long>(),
                hold_micros = t.Column<long>(),
                outcome = t.Column<string>(maxLength: 40),
                input_tokens = t.Column<long>(),
                output_tokens = t.Column<long>(),
                cached_tokens = t.Column<long>(),
                cache_write_tokens = t.Column<long>(),
                reasoning_tokens = t.Column<long>(),
                estimated = t.Column<bool>(),
                cost_micro_yuan = t.Column<long>(),
                credit_micros = t.Column<long>(),
                attempts = t.Column<string>(),
                started_at = t.Column<long>(),
                sent_at = t.Column<long>(nullable: true),
                first_token_at = t.Column<long>(nullable: true),
                finished_at = t.Column<long>(nullable: true),
                suspense_until = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_llm_calls", x => x.id));
        migrationBuilder.CreateIndex("ux_llm_calls_charge_key", "llm_calls", ["user_id", "event_id"], unique: true);
        migrationBuilder.CreateIndex("ix_llm_calls_open", "llm_calls", "state", filter: "state IN ('started', 'sent', 'suspense')");
        migrationBuilder.CreateTable(
            "llm_results",
            t => new
            {
                call_id = t.Column<long>(),
                body = t.Column<byte[]>(),
                expires_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_llm_results", x => x.call_id));
        migrationBuilder.CreateIndex("ix_llm_results_expires_at", "llm_results", "expires_at");
        migrationBuilder.CreateTable(
            "llm_owners",
            t => new
            {
                owner = t.Column<string>(maxLength: 64),
                alive_until = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_llm_owners", x => x.owner));
    }
}
