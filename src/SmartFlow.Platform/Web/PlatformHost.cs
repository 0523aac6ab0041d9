using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Rpc;

namespace SmartFlow.Platform.Web;

/// <summary>From the program's arguments and its module table to a running process.</summary>
public static class PlatformHost
{
    /// <summary>Serves, or runs the command that the arguments name; the result is the exit code.</summary>
    public static async Task<int> RunAsync(string[] arguments, IReadOnlyList<Module> modules)
    {
        try
        {
            return await CommandLine.RunAsync(arguments, () => Build(CreateBuilder(arguments), modules));
        }
        catch (Exception e) when (SetupProblems.Explain(e) is { } problem)
        {
            await Console.Error.WriteLineAsync("smartflow: " + problem);
            return SetupProblems.ExitCode;
        }
    }

    /// <summary>The content root is the program's own folder, so that it runs from any working directory.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                Args = arguments,
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = DefaultEnvironment(arguments),
            }
        );
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogs });
        return builder;
    }

    /// <summary>The application with the selected modules, not started.</summary>
    /// <param name="builder">From <see cref="CreateBuilder"/>.</param>
    /// <param name="modules">The module table.</param>
    /// <param name="replace">Called last, for tests that put other services in the program's place.</param>
    /// <exception cref="SetupException">The configuration does not allow it.</exception>
    public static WebApplication Build(
        WebApplicationBuilder builder,
        IReadOnlyList<Module> modules,
        Action<IServiceCollection>? replace = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        var hosted = ModuleSelection.Of(modules, builder.Configuration);
        builder.AddPlatform();
        builder.AddRpc(modules, hosted);
        foreach (var module in hosted)
            module.Add(builder);
        builder.AddBus();
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        app.UsePlatform();
        foreach (var module in hosted)
            module.Map(app);
        return app;
    }

    private static readonly KeyValuePair<string, string?>[] QuietLogs =
    [
        new("Logging:LogLevel:Default", "Information"),
        new("Logging:LogLevel:Microsoft", "Warning"),
        new("Logging:LogLevel:Grpc", "Warning"),
        new("Logging:LogLevel:ModelContextProtocol", "Warning"),
        // What it says of exceptions the handler of exceptions says too; only answers that we break off come past that.
        new("Logging:LogLevel:Microsoft.AspNetCore.Server.Kestrel", "Critical"),
        // The framework's lines of every bad key and token, which are counted instead.
        new("Logging:LogLevel:SmartFlow.Platform.Web.Auth", "Warning"),
        // Whoever reads the console may stall; what does not fit is dropped and counted, and nobody waits.
        new("Logging:Console:QueueFullMode", "DropWrite"),
        // A start that fails is explained by us, a background service that fails is told as critical.
        new("Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
    ];

    /// <summary>
    /// What the environment or the arguments say; else Development for a Debug build (dotnet run) and Production for a
    /// Release build (dotnet publish), which the project file writes into the program's runtime configuration.
    /// </summary>
    private static string? DefaultEnvironment(string[] arguments) =>
        Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") is { Length: > 0 }
        || Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") is { Length: > 0 }
        || arguments.Any(a => a.StartsWith("--environment", StringComparison.OrdinalIgnoreCase))
            ? null
            : AppContext.GetData("SmartFlow.DefaultEnvironment") as string;
}
