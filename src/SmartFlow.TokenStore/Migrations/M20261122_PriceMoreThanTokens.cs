using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>Prices of images, requests and long prompts; and the database itself keeps versions as they are.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000003_PriceMoreThanTokens")]
internal sealed class M20261122_PriceMoreThanTokens : Migration
{
    private const string Table = "credit_price_rules";

    /// <summary>All columns but <c>current</c>, which a newer version takes away.</summary>
    private static readonly string[] Kept =
    [
        "rule_id", "version", "scene", "provider_name", "model_name", "input_price_micros", "output_price_micros", "cached_price_micros",
        "reasoning_price_micros", "cache_write_price_micros", "image_price_micros", "request_price_micros", "tiers", "credit_per_yuan",
        "free", "priority", "status", "description", "effective_from", "effective_to", "created_at",
    ];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<long>("image_price_micros", Table, nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<long>("request_price_micros", Table, nullable: false, defaultValue: 0L);
        migrationBuilder.AddColumn<string>("tiers", Table, nullable: false, defaultValue: "[]");
        if (migrationBuilder.ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite") ProtectOnSqlite(migrationBuilder);
        else ProtectOnPostgres(migrationBuilder);
    }

    private static void ProtectOnSqlite(MigrationBuilder migration)
    {
        migration.Sql($"""
            CREATE TRIGGER {Table}_no_update BEFORE UPDATE ON {Table}
            WHEN {string.Join(" OR ", Kept.Select(c => $"OLD.{c} IS NOT NEW.{c}"))}
            BEGIN SELECT RAISE(ABORT, 'a version of a price rule never changes'); END
            """);
        migration.Sql($"""
            CREATE TRIGGER {Table}_no_delete BEFORE DELETE ON {Table}
            BEGIN SELECT RAISE(ABORT, 'a version of a price rule is never deleted'); END
            """);
    }

    private static void ProtectOnPostgres(MigrationBuilder migration) => migration.Sql($"""
        CREATE FUNCTION {Table}_immutable() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a version of a price rule never changes and is never deleted'; END $$;
        CREATE TRIGGER {Table}_no_update BEFORE UPDATE ON {Table} FOR EACH ROW
        WHEN (to_jsonb(OLD) - 'current' IS DISTINCT FROM to_jsonb(NEW) - 'current')
        EXECUTE FUNCTION {Table}_immutable();
        CREATE TRIGGER {Table}_no_delete BEFORE DELETE OR TRUNCATE ON {Table}
        FOR EACH STATEMENT EXECUTE FUNCTION {Table}_immutable();
        """);
}
