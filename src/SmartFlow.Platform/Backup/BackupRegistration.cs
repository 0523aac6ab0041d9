using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Backup;

internal static class BackupRegistration
{
    public static void AddBackup(this IServiceCollection services)
    {
        services.AddSingleton<IBackupStore>(p =>
            p.GetRequiredService<IOptions<DataOptions>>().Value.UsesPostgres
                ? ActivatorUtilities.CreateInstance<PostgresBackupStore>(p)
                : ActivatorUtilities.CreateInstance<SqliteBackupStore>(p)
        );
        services.AddSingleton<ICommand, BackupCommand>();
        services.AddSingleton<ICommand, RestoreCommand>();
    }
}
