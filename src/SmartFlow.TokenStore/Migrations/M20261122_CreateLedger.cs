using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore.Migrations;

[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000001_CreateLedger")]
internal sealed class M20261122_CreateLedger : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        Accounts(migrationBuilder);
        Movements(migrationBuilder);
        Store(migrationBuilder);
        Rules(migrationBuilder);
        ProtectLedger(migrationBuilder);
    }

    private static void Accounts(MigrationBuilder migration)
    {
        migration.CreateTable(
            "credit_accounts",
            t => new
            {
                account_id = t.Column<long>(),
                posted_micros = t.Column<long>(),
                held_micros = t.Column<long>(),
                seq = t.Column<long>(),
                rev = t.Column<long>(),
                recharged_micros = t.Column<long>(),
                rewarded_micros = t.Column<long>(),
                consumed_micros = t.Column<long>(),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_accounts", x => x.account_id));
        migration.CreateTable(
            "credit_welcome_grants",
            t => new
            {
                subject = t.Column<string>(maxLength: 600),
                account_id = t.Column<long>(),
                day = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_welcome_grants", x => x.subject));
        migration.CreateIndex("ix_credit_welcome_grants_day", "credit_welcome_grants", "day");
    }

    private static void Movements(MigrationBuilder migration)
    {
        migration.CreateTable(
            "credit_ledger",
            t => new
            {
                transaction_id = t.Identity(),
                account_id = t.Column<long>(),
                seq = t.Column<long>(),
                kind = t.Column<string>(maxLength: 16),
                event_id = t.Column<string>(maxLength: 300),
                source = t.Column<string>(maxLength: 50),
                amount_micros = t.Column<long>(),
                balance_after_micros = t.Column<long>(),
                counter_account_id = t.Column<long>(),
                batch_id = t.Column<long>(),
                fingerprint = t.Column<long>(),
                order_id = t.Column<long>(nullable: true),
                description = t.Column<string>(maxLength: 500),
                metadata_json = t.Column<string>(),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_ledger", x => x.transaction_id));
        migration.CreateIndex("ux_credit_ledger_seq", "credit_ledger", ["account_id", "seq"], unique: true);
        migration.CreateIndex("ux_credit_ledger_charge_key", "credit_ledger", ["account_id", "kind", "event_id"], unique: true);
        migration.CreateIndex(
            "ix_credit_ledger_other", "credit_ledger", ["account_id", "seq"], filter: "kind <> 'call' AND account_id > 0")
            .Annotation("Npgsql:IndexInclude", new[] { "kind", "source", "amount_micros" });
        migration.CreateTable(
            "credit_holds",
            t => new
            {
                account_id = t.Column<long>(),
                event_id = t.Column<string>(maxLength: 300),
                amount_micros = t.Column<long>(),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_holds", x => new { x.account_id, x.event_id }));
        migration.CreateIndex("ix_credit_holds_expires_at", "credit_holds", "expires_at");
        migration.CreateTable(
            "credit_rejections",
            t => new
            {
                account_id = t.Column<long>(),
                kind = t.Column<string>(maxLength: 16),
                event_id = t.Column<string>(maxLength: 300),
                reason = t.Column<string>(maxLength: 500),
                fingerprint = t.Column<long>(),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_rejections", x => new { x.account_id, x.kind, x.event_id }));
        migration.CreateTable(
            "credit_rollups",
            t => new
            {
                account_id = t.Column<long>(),
                hour = t.Column<long>(),
                scene = t.Column<string>(maxLength: 50),
                provider_name = t.Column<string>(maxLength: 100),
                model_name = t.Column<string>(maxLength: 200),
                credit_micros = t.Column<long>(),
                tokens = t.Column<long>(),
                calls = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey(
                "pk_credit_rollups", x => new { x.account_id, x.hour, x.scene, x.provider_name, x.model_name }));
    }

    private static void Store(MigrationBuilder migration)
    {
        migration.CreateTable(
            "credit_products",
            t => new
            {
                product_id = t.Identity(),
                code = t.Column<string>(maxLength: 64),
                name_zh = t.Column<string>(maxLength: 100),
                name_en = t.Column<string>(maxLength: 100),
                description_zh = t.Column<string>(maxLength: 500),
                description_en = t.Column<string>(maxLength: 500),
                credit_amount = t.Column<long>(),
                price_cent = t.Column<long>(),
                original_price_cent = t.Column<long>(),
                currency = t.Column<string>(maxLength: 3),
                badge_zh = t.Column<string>(maxLength: 30),
                badge_en = t.Column<string>(maxLength: 30),
                status = t.Column<string>(maxLength: 16),
                sort_order = t.Column<int>(),
                once_a_day = t.Column<bool>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_products", x => x.product_id));
        migration.CreateIndex("ux_credit_products_code", "credit_products", "code", unique: true);
        migration.CreateTable(
            "credit_orders",
            t => new
            {
                order_id = t.Identity(),
                order_no = t.Column<string>(maxLength: 40),
                user_id = t.Column<long>(),
                product_id = t.Column<long>(),
                product_name = t.Column<string>(maxLength: 100),
                product_snapshot = t.Column<string>(),
                quantity = t.Column<int>(),
                credit_amount = t.Column<long>(),
                amount_cent = t.Column<long>(),
                currency = t.Column<string>(maxLength: 3),
                status = t.Column<string>(maxLength: 16),
                payment_mode = t.Column<string>(maxLength: 40),
                idempotency_key = t.Column<string>(maxLength: 255),
                fingerprint = t.Column<long>(),
                free_day = t.Column<string>(maxLength: 10, nullable: true),
                created_at = t.Column<long>(),
                paid_at = t.Column<long>(nullable: true),
                credited_at = t.Column<long>(nullable: true),
                closed_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_credit_orders", x => x.order_id));
        migration.CreateIndex("ux_credit_orders_order_no", "credit_orders", "order_no", unique: true);
        migration.CreateIndex("ux_credit_orders_key", "credit_orders", ["user_id", "idempotency_key"], unique: true);
        migration.CreateIndex("ux_credit_orders_free_day", "credit_orders", ["user_id", "product_id", "free_day"], unique: true);
        migration.CreateIndex("ix_credit_orders_user", "credit_orders", ["user_id", "order_id"]);
        migration.CreateIndex("ix_credit_orders_user_status", "credit_orders", ["user_id", "status", "order_id"]);
        migration.CreateIndex("ix_credit_orders_pending", "credit_orders", "created_at", filter: "status = 'pending'");
    }

    private static void Rules(MigrationBuilder migration)
    {
        migration.CreateTable(
            "credit_price_rules",
            t => new
            {
                rule_id = t.Column<long>(),
                version = t.Column<int>(),
                scene = t.Column<string>(maxLength: 50),
                provider_name = t.Column<string>(maxLength: 100),
                model_name = t.Column<string>(maxLength: 200),
                input_price_micros = t.Column<long>(),
                output_price_micros = t.Column<long>(),
                cached_price_micros = t.Column<long>(),
                reasoning_price_micros = t.Column<long>(),
                cache_write_price_micros = t.Column<long>(),
                credit_per_yuan = t.Column<long>(),
                free = t.Column<bool>(),
                priority = t.Column<int>(),
                status = t.Column<string>(maxLength: 16),
                description = t.Column<string>(maxLength: 500),
                effective_from = t.Column<long>(),
                effective_to = t.Column<long>(nullable: true),
                current = t.Column<bool>(),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_credit_price_rules", x => new { x.rule_id, x.version }));
        migration.CreateTable(
            "credit_reward_rules",
            t => new
            {
                rule_id = t.Identity(),
                source = t.Column<string>(maxLength: 50),
                name = t.Column<string>(maxLength: 100),
                amount = t.Column<long>(),
                daily_cap = t.Column<long>(),
                status = t.Column<string>(maxLength: 16),
                description = t.Column<string>(maxLength: 500),
            },
            constraints: t => t.PrimaryKey("pk_credit_reward_rules", x => x.rule_id));
        migration.CreateIndex("ux_credit_reward_rules_source", "credit_reward_rules", "source", unique: true);
    }

    /// <summary>The ledger is append-only: the database itself refuses to change or delete an entry.</summary>
    private static void ProtectLedger(MigrationBuilder migration)
    {
        if (migration.ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite")
        {
            foreach (var verb in new[] { "UPDATE", "DELETE" })
                migration.Sql($"""
                    CREATE TRIGGER credit_ledger_no_{verb.ToLowerInvariant()} BEFORE {verb} ON credit_ledger
                    BEGIN SELECT RAISE(ABORT, 'credit_ledger is append-only'); END
                    """);
            return;
        }
        migration.Sql("""
            CREATE FUNCTION credit_ledger_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'credit_ledger is append-only'; END $$;
            CREATE TRIGGER credit_ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_ledger
            FOR EACH STATEMENT EXECUTE FUNCTION credit_ledger_append_only();
            ALTER TABLE credit_accounts SET (fillfactor = 70);
            """);
    }
}
