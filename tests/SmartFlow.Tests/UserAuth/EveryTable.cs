using System.Globalization;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests.UserAuth;

/// <summary>Every cell of every table of every module's database, whatever a module says that it has.</summary>
internal static class EveryTable
{
    private const string SqliteTables =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    private const string PostgresTables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()";

    /// <summary>The columns (module.table.column) in which a cell has one of these texts.</summary>
    public static async Task<SortedSet<string>> FindAsync(SmartFlowApp app, params string[] texts)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var database in app.Services.GetServices<IModuleDatabase>())
        {
            await using var db = await database.OpenAsync(default);
            var tables = await db
                .Database.SqlQueryRaw<string>(
                    (
                        db.Database.IsNpgsql()
                            ? PostgresTables.Replace("tablename", "tablename AS \"Value\"", StringComparison.Ordinal)
                            : SqliteTables.Replace("SELECT name", "SELECT name AS \"Value\"", StringComparison.Ordinal)
                    )
                )
                .ToListAsync();
            foreach (var table in tables)
                await ReadAsync(db, $"{database.Name}.{table}", table, texts, found);
        }
        return found;
    }

    private static async Task ReadAsync(ModuleDb db, string name, string table, string[] texts, SortedSet<string> found)
    {
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = $"SELECT * FROM \"{table}\"";
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
            for (var i = 0; i < rows.FieldCount; i++)
            {
                var cell = rows.GetValue(i) switch
                {
                    byte[] bytes => Encoding.Latin1.GetString(bytes),
                    var value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
                };
                if (texts.Any(t => cell.Contains(t, StringComparison.OrdinalIgnoreCase)))
                    found.Add($"{name}.{rows.GetName(i)}");
            }
    }
}
