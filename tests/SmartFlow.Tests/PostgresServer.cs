using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(SmartFlow.Tests.PostgresServer))]

namespace SmartFlow.Tests;

/// <summary>
/// A PostgreSQL server of the test run's own: started at first use from the installed programs, in a temporary folder, on
/// a free loopback port, without fsync, stopped at the end. Every test takes a database of its own.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string ServerUser = "postgres";
    private readonly SemaphoreSlim starting = new(1);
    private string? folder;
    private int port;
    private int databases;

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        await StartOnceAsync();
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    /// <summary>Every process of the server dies where it is, and the server starts again.</summary>
    public async Task CrashAsync()
    {
        await RunAsync("pg_ctl", "-D", folder!, "-m", "immediate", "-w", "stop");
        await StartAgainAsync();
    }

    /// <summary>Every session is ended in order; connections are refused from then on.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "-D", folder!, "-m", "fast", "-w", "stop");

    public Task StartAgainAsync() =>
        RunAsync("pg_ctl", "-D", folder!, "-l", Path.Combine(folder!, "server.log"), "-o", Settings, "-w", "start");

    /// <summary>Every process of the server stands still, as on a machine that hangs: connections stand and nothing is answered.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    private async Task SignalAsync(string signal)
    {
        var master = (await File.ReadAllLinesAsync(Path.Combine(folder!, "postmaster.pid")))[0];
        var children = await File.ReadAllTextAsync($"/proc/{master}/task/{master}/children");
        await RunProgramAsync("kill", [signal, master, .. children.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        starting.Dispose();
        if (folder is null) return;
        NpgsqlConnection.ClearAllPools();
        await RunAsync("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartOnceAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (folder is null) await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task StartAsync()
    {
        var made = Directory.CreateTempSubdirectory("smartflow-pg-").FullName;
        if (IsRoot) await RunProgramAsync("chown", ServerUser, made);
        await RunAsync("initdb", "-D", made, "-A", "trust", "-U", ServerUser, "-E", "UTF8", "--locale=C", "--no-sync");
        port = FreePort();
        await RunAsync("pg_ctl", "-D", made, "-l", Path.Combine(made, "server.log"), "-o", Settings, "-w", "start");
        folder = made;
    }

    private string Settings =>
        $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c max_connections=200";

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={port};Username={ServerUser};Database={database};Maximum Pool Size=20;Timeout=30";

    private static bool IsRoot => Environment.UserName == "root";

    private static Task RunAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs(), program);
        return IsRoot
            ? RunProgramAsync("runuser", ["-u", ServerUser, "--", path, .. arguments])
            : RunProgramAsync(path, arguments);
    }

    private static string Programs()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => Path.Combine(d, "bin"))
            : [];
        return debian.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")))
            ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql.");
    }

    private static async Task RunProgramAsync(string program, params string[] arguments)
    {
        // The server keeps what it inherits, so its output goes to files and not to pipes that somebody would wait for.
        var start = new ProcessStartInfo(program) { WorkingDirectory = "/tmp", RedirectStandardInput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
