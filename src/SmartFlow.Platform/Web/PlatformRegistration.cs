using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.Platform.Web;

/// <summary>What every process of SmartFlow has, whatever modules it hosts.</summary>
public static class PlatformRegistration
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    public static void AddPlatform(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Configuration.AddInMemoryCollection(ShortNames(builder.Configuration));
        builder.WebHost.UseUrls(builder.Configuration["Urls"] ?? DefaultUrl);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IBalanceSnapshots, MemoryBalanceSnapshots>();
    }

    public static void UsePlatform(this WebApplication app)
    {
    }

    /// <summary>Serves, or runs the command that the arguments name. Both migrate first.</summary>
    public static async Task<int> RunCommandAsync(this WebApplication app, string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Services.GetRequiredService<DataFolder>().Lock();
        foreach (var database in app.Services.GetServices<IModuleDatabase>()) await database.MigrateAsync(default);
        await app.RunAsync();
        return 0;
    }

    /// <summary>The environment's short names, e.g. SMARTFLOW_DATA for Data:Folder.</summary>
    private static Dictionary<string, string?> ShortNames(ConfigurationManager configuration)
    {
        (string Variable, string Setting)[] names =
        [
            ("SMARTFLOW_URLS", "Urls"), ("SMARTFLOW_DATA", "Data:Folder"), ("SMARTFLOW_LLM_BASE_URL", "Llm:BaseUrl"),
            ("SMARTFLOW_LLM_API_KEY", "Llm:ApiKey"), ("SMARTFLOW_LLM_MODEL", "Llm:Model"),
        ];
        return names.Select(n => (n.Setting, Value: configuration[n.Variable])).Where(n => !string.IsNullOrEmpty(n.Value))
            .ToDictionary(n => n.Setting, n => n.Value);
    }
}
