using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Data;

internal sealed class ModuleDatabase<TDb>(
    IDbContextFactory<TDb> factory, IWriter<TDb> writer, IOptions<DataOptions> options, DataFolder folder,
    IEnumerable<IStarterData<TDb>> starters) : IModuleDatabase
    where TDb : ModuleDb
{
    public string Name { get; } = ModuleDbNames.Of(typeof(TDb));

    public Type ContextType => typeof(TDb);

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await MigrateToAsync(null, cancellationToken);
        foreach (var starter in starters) await starter.EnsureAsync(cancellationToken);
    }

    public async Task MigrateToAsync(string? migration, CancellationToken cancellationToken)
    {
        if (!options.Value.UsesPostgres) await PrepareFileAsync(cancellationToken);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (options.Value.UsesPostgres)
        {
            await db.Database.OpenConnectionAsync(cancellationToken);
            var create = $"""
                SELECT pg_advisory_lock({AdvisoryLocks.Schema}); CREATE SCHEMA IF NOT EXISTS {Name};
                SELECT pg_advisory_unlock({AdvisoryLocks.Schema})
                """;
            await db.Database.ExecuteSqlRawAsync(create, cancellationToken);
        }
        await db.Database.MigrateAsync(migration, cancellationToken);
    }

    public async Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return [.. await db.Database.GetPendingMigrationsAsync(cancellationToken)];
    }

    public async Task<ModuleDb> OpenAsync(CancellationToken cancellationToken) =>
        await factory.CreateDbContextAsync(cancellationToken);

    public Exception? Failure => writer.Failure;

    public Task SaveAsync(Func<ModuleDb, CancellationToken, Task> work, CancellationToken cancellationToken) =>
        writer.SaveAsync((db, token) => work(db, token), cancellationToken);

    /// <summary>WAL, and no lock row of a migration that was killed: the folder's lock says that nobody else migrates.</summary>
    private async Task PrepareFileAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(SqliteFiles.ConnectionString(folder.Database(Name + ".db"), pooling: false));
        await connection.OpenAsync(cancellationToken);
        SqliteFiles.Prepare(connection);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == 0) return;
        command.CommandText = "DELETE FROM \"__EFMigrationsLock\"";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
