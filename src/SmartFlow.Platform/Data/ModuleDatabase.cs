using System.Data;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Data;

internal sealed class ModuleDatabase<TDb>(
    IDbContextFactory<TDb> factory,
    IWriter<TDb> writer,
    IOptions<DataOptions> options,
    DataFolder folder,
    IEnumerable<IStarterData<TDb>> starters,
    TimeProvider time
) : IModuleDatabase
    where TDb : ModuleDb
{
    private static readonly TimeSpan LongestMigration = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public string Name { get; } = ModuleDbNames.Of(typeof(TDb));

    public Type ContextType => typeof(TDb);

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await MigrateToAsync(null, cancellationToken);
        foreach (var starter in starters)
            await starter.EnsureAsync(cancellationToken);
    }

    public async Task MigrateToAsync(string? migration, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (!options.Value.UsesPostgres)
        {
            await PrepareFileAsync(cancellationToken);
            await db.Database.MigrateAsync(migration, cancellationToken);
            return;
        }
        await TakeTurnAsync(db, cancellationToken);
        try
        {
            var create = $"CREATE SCHEMA IF NOT EXISTS {Name}";
            await db.Database.ExecuteSqlRawAsync(create, cancellationToken);
            await db.Database.MigrateAsync(migration, cancellationToken);
        }
        finally
        {
            // Not left to the connection's end: the pool keeps it, with its locks, until somebody uses it again.
            if (db.Database.GetDbConnection().State == ConnectionState.Open)
                await db.Database.ExecuteSqlAsync(
                    $"SELECT pg_advisory_unlock({AdvisoryLocks.Schema})",
                    CancellationToken.None
                );
        }
    }

    /// <summary>
    /// Of several processes that start one migrates at a time: EF Core's own lock ends with each migration's
    /// transaction, and what is pending is read before. Held by the context's session.
    /// </summary>
    private async Task TakeTurnAsync(TDb db, CancellationToken cancellationToken)
    {
        await db.Database.OpenConnectionAsync(cancellationToken);
        var began = time.GetTimestamp();
        while (
            !await db
                .Database.SqlQuery<bool>($"SELECT pg_try_advisory_lock({AdvisoryLocks.Schema}) AS \"Value\"")
                .SingleAsync(cancellationToken)
        )
        {
            if (time.GetElapsedTime(began) > LongestMigration)
                throw new SetupException(
                    $"Another process has been migrating the database for {LongestMigration.TotalMinutes:0} minutes. Look at what it waits for."
                );
            await Task.Delay(Look, time, cancellationToken);
        }
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

    /// <summary>
    /// WAL, and no lock row of a migration that was killed: the folder's lock says that nobody else migrates.
    /// </summary>
    private async Task PrepareFileAsync(CancellationToken cancellationToken)
    {
        await using var connection = new SqliteConnection(
            SqliteFiles.ConnectionString(folder.Database(Name + ".db"), pooling: false)
        );
        await connection.OpenAsync(cancellationToken);
        SqliteFiles.Prepare(connection);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == 0)
            return;
        command.CommandText = "DELETE FROM \"__EFMigrationsLock\"";
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
