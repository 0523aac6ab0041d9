using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests;

/// <summary>How a test's host differs from a fresh copy.</summary>
public sealed class AppSetup
{
    /// <summary>Development by default: mock payment and scripted models are on.</summary>
    public string Environment { get; set; } = "Development";

    /// <summary>Settings by name, e.g. UserAuth:MaxSessions.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>An existing data folder, kept after the test; null: a new one.</summary>
    public string? DataFolder { get; set; }

    /// <summary>Services that replace those of the program.</summary>
    public Action<IServiceCollection>? Services { get; set; }

    /// <summary>The module table: the program's.</summary>
    public IReadOnlyList<SmartFlow.Platform.Module> Modules { get; set; } = SmartFlow.Host.Modules.All;

    /// <summary>Routes beside those of the program.</summary>
    public Action<IEndpointRouteBuilder>? Routes { get; set; }
}

/// <summary>
/// The one door of the tests: the real program in this process, on a free loopback port, with a data folder of its own
/// and a clock that the test moves. Partial, so that every module adds its own intents beside its tests.
/// </summary>
public sealed partial class SmartFlowApp : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string? ownFolder;

    private SmartFlowApp(WebApplication app, TestClock clock, string folder, bool keepFolder)
    {
        this.app = app;
        Clock = clock;
        DataFolder = folder;
        ownFolder = keepFolder ? null : folder;
        Url = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        );
        Anonymous = Client();
    }

    public TestClock Clock { get; }

    public string DataFolder { get; }

    public Uri Url { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>A client that is not signed in and keeps no cookies.</summary>
    public HttpClient Anonymous { get; }

    public static Task<SmartFlowApp> StartAsync() => StartAsync(_ => { });

    public static async Task<SmartFlowApp> StartAsync(Action<AppSetup> configure)
    {
        var (app, clock, folder, keep) = Build(configure);
        try
        {
            if (!keep && !app.Services.GetRequiredService<IOptions<DataOptions>>().Value.UsesPostgres)
                await MigratedFolder.FillAsync(folder);
            await Serving.StartAsync(app, seeds: false, default);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new SmartFlowApp(app, clock, folder, keep);
    }

    public HttpClient Client() =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Url };

    /// <summary>A new user, signed in by bearer token.</summary>
    public async Task<TestUser> SignUpAsync(string name = "mei", string password = TestUser.DefaultPassword)
    {
        var answer = await Anonymous.PostAsync("/api/v1/auth/register", new { username = name, password });
        answer.ShouldBe(System.Net.HttpStatusCode.Created);
        return new TestUser(this, answer);
    }

    /// <summary>As above, with a name that others see on the plaza.</summary>
    public async Task<TestUser> SignUpWithNameAsync(string name)
    {
        var user = await SignUpAsync(name);
        (await user.PatchAsync("/api/v1/auth/me", new { display_name = name })).ShouldBe(System.Net.HttpStatusCode.OK);
        return user;
    }

    /// <summary>A session more of an existing user.</summary>
    public async Task<TestUser> SignInAsync(string name, string password = TestUser.DefaultPassword)
    {
        var answer = await Anonymous.PostAsync("/api/v1/auth/login", new { username = name, password });
        answer.ShouldBe(System.Net.HttpStatusCode.OK);
        return new TestUser(this, answer);
    }

    /// <summary>Stops the host as a signal would; the data folder stays until the app is disposed.</summary>
    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Anonymous.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        if (ownFolder is not null)
            TestFolders.Delete(ownFolder);
    }

    /// <summary>The program as the arguments of a command line would find it, not started.</summary>
    internal static (WebApplication App, TestClock Clock, string Folder, bool Keep) Build(Action<AppSetup> configure)
    {
        var setup = new AppSetup();
        configure(setup);
        var folder = setup.DataFolder ?? TestFolders.New();
        var clock = new TestClock();
        var builder = PlatformHost.CreateBuilder(["--environment", setup.Environment]);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Urls"] = "http://127.0.0.1:0",
                ["Data:Folder"] = folder,
                ["UserAuth:PasswordRounds"] = "1000",
                // A call more after every turn, at its own time: the tests of the memory switch it on.
                ["Memory:Extraction"] = "false",
                // Rounds run where a test asks for them, so that nobody else's costs and notices change.
                ["ActiveScheduler:ScanSeconds"] = "0",
                ["ActiveScheduler:AskModelUnasked"] = "true",
                ["Memory:EveryTurn"] = "true",
                // What hangs on purpose is not waited for.
                ["Web:ShutdownSeconds"] = "3",
                ["Logging:LogLevel:Default"] = "Warning",
            }
        );
        if (Postgres is { } server)
            builder.Configuration.AddInMemoryCollection(
                new Dictionary<string, string?> { ["Data:ConnectionString"] = DatabaseOf(server, folder) }
            );
        builder.Configuration.AddInMemoryCollection(setup.Settings);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(clock);
        var app = PlatformHost.Build(builder, setup.Modules, setup.Services);
        setup.Routes?.Invoke(app);
        return (app, clock, folder, setup.DataFolder is not null);
    }

    /// <summary>A server whose databases take the place of SQLite's files, one for each data folder.</summary>
    private static readonly string? Postgres = Environment.GetEnvironmentVariable("SMARTFLOW_TEST_POSTGRES");

    private static string DatabaseOf(string server, string folder)
    {
        var name = Path.GetFileName(folder).ToLowerInvariant();
        using var connection = new NpgsqlConnection(server);
        connection.Open();
        using var command = new NpgsqlCommand($"CREATE DATABASE \"{name}\"", connection);
        try
        {
            command.ExecuteNonQuery();
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DuplicateDatabase)
        {
            // A host before this one had the same folder.
        }
        return $"{server};Database={name}";
    }
}
