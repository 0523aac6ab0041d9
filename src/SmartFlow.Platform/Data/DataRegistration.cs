using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace SmartFlow.Platform.Data;

/// <summary>One module's database, for what works on all of them: migration, outbox commands, readiness.</summary>
public interface IModuleDatabase
{
    /// <summary>The SQLite file's and the PostgreSQL schema's name, e.g. tokenstore.</summary>
    string Name { get; }

    Type ContextType { get; }

    /// <summary>Applies what is missing; safe beside other processes.</summary>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Applies what is missing up to this migration (null: all), without the rows that a module begins with.
    /// </summary>
    Task MigrateToAsync(string? migration, CancellationToken cancellationToken);

    /// <summary>The migrations that are missing.</summary>
    Task<IReadOnlyList<string>> PendingAsync(CancellationToken cancellationToken);

    /// <summary>A context for reading.</summary>
    Task<ModuleDb> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Why it takes no writes until the program is restarted; null: it does.</summary>
    Exception? Failure { get; }

    /// <summary>Runs work in a durable transaction and saves.</summary>
    Task SaveAsync(Func<ModuleDb, CancellationToken, Task> work, CancellationToken cancellationToken);
}

/// <summary>
/// Rows that a module cannot work without. Runs after every migration, in production too; it adds what is missing and
/// changes nothing that is there.
/// </summary>
public interface IStarterData<TDb>
    where TDb : ModuleDb
{
    Task EnsureAsync(CancellationToken cancellationToken);
}

public static class DataRegistration
{
    /// <summary>
    /// Registers the module's database: IDbContextFactory (reads), IWriter (writes), and on SQLite its
    /// <see cref="SqliteWriter"/> keyed by the context's type, on PostgreSQL its NpgsqlDataSource, keyed alike, whose
    /// search path is the module's schema.
    /// </summary>
    public static void AddModuleDb<TDb>(this IHostApplicationBuilder builder)
        where TDb : ModuleDb
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        var name = ModuleDbNames.Of(typeof(TDb));
        services.TryAddSingleton<DataFolder>();
        services.AddOptions<DataOptions>().BindConfiguration("Data").ValidateDataAnnotations().ValidateOnStart();
        services.AddPooledDbContextFactory<TDb>((provider, options) => Configure(provider, options, name, typeof(TDb)));
        services.AddKeyedSingleton(typeof(TDb), (provider, _) =>
        {
            var (folder, file) = (provider.GetRequiredService<DataFolder>(), name + ".db");
            return new SqliteWriter(folder.File(file), Options(provider).WriterQueueLimit, () => folder.Database(file));
        });
        services.AddKeyedSingleton(typeof(TDb), (provider, _) => OpenPostgres(Options(provider), name));
        services.AddSingleton<IWriter<TDb>>(provider =>
            Options(provider).UsesPostgres
                ? new PostgresDbWriter<TDb>(
                    provider.GetRequiredService<IDbContextFactory<TDb>>(),
                    provider.GetRequiredKeyedService<NpgsqlDataSource>(typeof(TDb)),
                    provider.GetRequiredService<ServerSilence>()
                )
                : new SqliteDbWriter<TDb>(
                    provider.GetRequiredKeyedService<SqliteWriter>(typeof(TDb)),
                    WriterContexts<TDb>(provider)
                )
        );
        services.AddSingleton<IModuleDatabase, ModuleDatabase<TDb>>();
    }

    private static DataOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<DataOptions>>().Value;

    private static void Configure(IServiceProvider provider, DbContextOptionsBuilder options, string name, Type db)
    {
        var settings = Options(provider);
        if (settings.UsesPostgres)
            options.UseNpgsql(provider.GetRequiredKeyedService<NpgsqlDataSource>(db), o =>
                o.MigrationsHistoryTable("__migrations", name).CommandTimeout(settings.CommandTimeoutSeconds)
            );
        else
            options.UseSqlite(
                SqliteFiles.ConnectionString(provider.GetRequiredService<DataFolder>().File(name + ".db")),
                o => o.MigrationsHistoryTable("__migrations")
            );
        Common(options);
    }

    internal static NpgsqlDataSource OpenPostgres(DataOptions options, string schema)
    {
        var connection = new NpgsqlConnectionStringBuilder(options.ConnectionString) { SearchPath = schema };
        if (!options.ConnectionString.Contains("Pool Size", StringComparison.OrdinalIgnoreCase))
            connection.MaxPoolSize = 20;
        if (!options.ConnectionString.Contains("Auto Prepare", StringComparison.OrdinalIgnoreCase))
            connection.MaxAutoPrepare = 64;
        // What a search is estimated to cost passes the compiler's bar; all statements here are too short for it to
        // pay.
        connection.Options = $"-c jit=off {connection.Options}".TrimEnd();
        return NpgsqlDataSource.Create(connection);
    }

    /// <summary>
    /// Contexts on the writer's own connection. They log nothing, so EF Core would build each model once more for them.
    /// </summary>
    private static Func<DbConnection, TDb> WriterContexts<TDb>(IServiceProvider provider)
        where TDb : ModuleDb
    {
        var model = new Lazy<IModel>(() =>
        {
            using var reader = provider.GetRequiredService<IDbContextFactory<TDb>>().CreateDbContext();
            return reader.Model;
        });
        return connection =>
        {
            var options = new DbContextOptionsBuilder<TDb>().UseSqlite(connection).UseModel(model.Value);
            Common(options);
            return (TDb)Activator.CreateInstance(typeof(TDb), options.Options)!;
        };
    }

    // The model is written by hand beside its migrations; a test compares the two, so no snapshot exists to warn about.
    private static void Common(DbContextOptionsBuilder options) =>
        options.ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
}
