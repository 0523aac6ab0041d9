using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>Tables that only grow: the database itself refuses to change or delete a row.</summary>
internal static class AppendOnly
{
    public static void Protect(this MigrationBuilder migration, string table)
    {
        if (migration.ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite")
        {
            foreach (var verb in new[] { "UPDATE", "DELETE" })
                migration.Sql($"""
                    CREATE TRIGGER {table}_no_{verb.ToLowerInvariant()} BEFORE {verb} ON {table}
                    BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
                    """);
            return;
        }
        migration.Sql($"""
            CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$;
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only();
            """);
    }
}
