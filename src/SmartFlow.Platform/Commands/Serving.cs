using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// The start of a process that writes: lock, migrate, in Development seed; then serve until it is told to stop.
/// </summary>
internal static partial class Serving
{
    /// <summary>The scenario that a fresh copy in Development begins with.</summary>
    private const string StarterScenario = "starter";

    public static async Task<int> RunAsync(WebApplication app, CancellationToken cancellationToken)
    {
        await StartAsync(app, seeds: app.Environment.IsDevelopment(), cancellationToken);
        using var spare = SpareMemory.Start();
        using var nursery = QuietNursery.Start();
        var url = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()
            ?.Addresses.FirstOrDefault();
        var hint = app.Environment.IsDevelopment() ? "sign in as demo / demo-password" : "Ctrl+C stops it";
        await Console.Out.WriteLineAsync($"SmartFlow ({app.Environment.EnvironmentName}) at {url}: {hint}.");
        await app.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    /// <summary>Everything up to the listening socket.</summary>
    public static async Task StartAsync(WebApplication app, bool seeds, CancellationToken cancellationToken)
    {
        await PrepareAsync(app, cancellationToken);
        // Made now, so that a bad key stops the start and not the first sign-in.
        app.Services.GetRequiredService<AccessTokens>();
        if (seeds)
            await SeedAsync(app, cancellationToken);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await StopAsync(app);
            throw;
        }
    }

    /// <summary>What stopped the start is the reason to tell: a host cannot stop what it could not make.</summary>
    private static async Task StopAsync(WebApplication app)
    {
        try
        {
            await app.StopAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.NotStopped(app.Logger, e);
        }
    }

    /// <summary>
    /// A process among others starts without the starter data where a module that its part needs is not there yet.
    /// </summary>
    private static async Task SeedAsync(WebApplication app, CancellationToken cancellationToken)
    {
        try
        {
            await SeedCommand.SeedAsync(app.Services, StarterScenario, cancellationToken);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.Unavailable)
        {
            Log.NotSeeded(app.Logger, e.Message, StarterScenario);
        }
    }

    /// <summary>Checks the settings, takes the data folder's lock and applies the migrations.</summary>
    /// <exception cref="SetupException">Another process holds the lock.</exception>
    /// <exception cref="OptionsValidationException">A setting is wrong.</exception>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancellationToken)
    {
        // The host would do so too, but after the migrations, and it cannot be stopped where it did not get further.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        try
        {
            app.Services.GetRequiredService<DataFolder>().Lock();
        }
        catch (InvalidOperationException taken)
        {
            throw new SetupException(taken.Message, taken);
        }
        foreach (var database in app.Services.GetServices<IModuleDatabase>())
            await database.MigrateAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "{Reason} What it takes of the starter data is not made; smartflow seed {Scenario} makes it"
        )]
        public static partial void NotSeeded(ILogger logger, string reason, string scenario);

        [LoggerMessage(2, LogLevel.Information, "What had begun before the start failed could not be stopped in order")]
        public static partial void NotStopped(ILogger logger, Exception e);
    }
}
