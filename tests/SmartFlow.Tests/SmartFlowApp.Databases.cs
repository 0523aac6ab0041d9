namespace SmartFlow.Tests;

public sealed partial class SmartFlowApp
{
    /// <summary>A host on SQLite or on a PostgreSQL database of its own.</summary>
    internal static async Task<SmartFlowApp> StartAsync(PostgresServer? postgres, Action<AppSetup>? configure = null)
    {
        var connection = postgres is null ? "" : await postgres.NewDatabaseAsync();
        return await StartAsync(s =>
        {
            s.Settings["Data:ConnectionString"] = connection;
            configure?.Invoke(s);
        });
    }
}
