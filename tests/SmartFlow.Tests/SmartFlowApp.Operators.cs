using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;

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

    /// <summary>A new user with the role operator, signed in.</summary>
    internal async Task<TestUser> OperatorAsync(string name = "boss")
    {
        await SignUpAsync(name);
        await Services
            .GetServices<ICommand>()
            .Single(c => c.Name == "user grant-role")
            .RunAsync([name, "operator"], TextWriter.Null, default);
        return await SignInAsync(name);
    }
}
