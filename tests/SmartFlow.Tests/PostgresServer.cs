using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(SmartFlow.Tests.PostgresServer))]

namespace SmartFlow.Tests;

/// <summary>
/// A PostgreSQL server of the test run's own: started at first use from the installed programs, in a temporary folder,
/// on a free loopback port, without fsync, stopped at the end. Every test takes a database of its own.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string ServerUser = "postgres";
    private const string Ballast = "ballast";
    private readonly SemaphoreSlim starting = new(1);
    private readonly int diskMegabytes;
    private string? folder;
    private int port;
    private int databases;

    public PostgresServer() { }

    /// <summary>On a file system of its own and of this size, which can be full. It needs the right to mount.</summary>
    internal PostgresServer(int diskMegabytes) => this.diskMegabytes = diskMegabytes;

    /// <summary>How often the server has said that its disk is full.</summary>
    public int DiskFullErrors =>
        File.ReadLines(Log).Count(l => l.Contains("No space left on device", StringComparison.Ordinal));

    /// <summary>Beside the folder: it goes on while the disk is full.</summary>
    private string Log => folder + ".log";

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
        if (IsRunning)
            await RunAsync("pg_ctl", "-D", folder!, "-m", "immediate", "-w", "stop");
        await StartAgainAsync();
    }

    /// <summary>Every session is ended in order; connections are refused from then on.</summary>
    public Task StopAsync() => RunAsync("pg_ctl", "-D", folder!, "-m", "fast", "-w", "stop");

    public Task StartAgainAsync() => RunAsync("pg_ctl", "-D", folder!, "-l", Log, "-o", Settings, "-w", "start");

    /// <summary>Takes whatever its disk has left.</summary>
    public async Task FillDiskAsync()
    {
        if (diskMegabytes == 0)
            throw new InvalidOperationException("The server has no disk of its own.");
        await using var ballast = File.Create(Path.Combine(folder!, Ballast));
        var block = new byte[64 * 1024];
        try
        {
            while (true)
                await ballast.WriteAsync(block);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    /// <summary>Gives it back, and starts the server where that has died of it.</summary>
    public async Task FreeDiskAsync()
    {
        File.Delete(Path.Combine(folder!, Ballast));
        if (!await AnswersAsync())
            await CrashAsync();
    }

    /// <summary>
    /// Every process of the server stands still, as on a machine that hangs: connections stand and nothing is answered.
    /// </summary>
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
        if (folder is null)
            return;
        NpgsqlConnection.ClearAllPools();
        if (IsRunning)
            await RunAsync("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop");
        if (diskMegabytes > 0)
            await RunProgramAsync("umount", folder);
        Directory.Delete(folder, recursive: true);
        File.Delete(Log);
    }

    private bool IsRunning => File.Exists(Path.Combine(folder!, "postmaster.pid"));

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task StartOnceAsync()
    {
        await starting.WaitAsync();
        try
        {
            if (folder is null)
                await StartAsync();
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task StartAsync()
    {
        var made = Directory.CreateTempSubdirectory("smartflow-pg-").FullName;
        if (diskMegabytes > 0)
            await RunProgramAsync("mount", "-t", "tmpfs", "-o", $"size={diskMegabytes}m", "smartflow", made);
        if (IsRoot)
            await RunProgramAsync("chown", ServerUser, made);
        await RunAsync("initdb", "-D", made, "-A", "trust", "-U", ServerUser, "-E", "UTF8", "--locale=C", "--no-sync");
        port = FreePort();
        await RunAsync("pg_ctl", "-D", made, "-l", made + ".log", "-o", Settings, "-w", "start");
        folder = made;
    }

    private string Settings =>
        $"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c max_connections=500"
        + (diskMegabytes > 0 ? $" -c max_wal_size={diskMegabytes / 4}MB" : "");

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
        return debian
            .Concat(path)
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pg_ctl")))
            ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql.");
    }

    private static async Task RunProgramAsync(string program, params string[] arguments)
    {
        // The server keeps what it inherits, so its output goes to files and not to pipes that somebody would wait for.
        var start = new ProcessStartInfo(program) { WorkingDirectory = "/tmp", RedirectStandardInput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
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
