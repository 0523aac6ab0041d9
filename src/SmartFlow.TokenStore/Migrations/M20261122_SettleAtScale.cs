using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>
/// For several workers on PostgreSQL: batches are numbered by a sequence (without a cache, so that numbers rise with time
/// over all connections), a write that meets other rows than it locked fails in the same round trip, and what a batch
/// updates again and again has room on its page.
/// </summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000005_SettleAtScale")]
internal sealed class M20261122_SettleAtScale : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        if (migrationBuilder.ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite") return;
        migrationBuilder.Sql("""
            CREATE SEQUENCE credit_batch_ids CACHE 1;
            SELECT setval('credit_batch_ids', greatest(1, (SELECT max(batch_id) FROM credit_ledger)));
            CREATE FUNCTION credit_require_rows(met bigint, wanted bigint) RETURNS void LANGUAGE plpgsql AS
            $$ BEGIN
                IF met <> wanted THEN
                    RAISE EXCEPTION 'A row of the ledger changed outside its worker: % of % are as they were read.', met, wanted
                    USING ERRCODE = 'SF001';
                END IF;
            END $$;
            ALTER TABLE credit_rollups SET (fillfactor = 70);
            """);
    }
}
