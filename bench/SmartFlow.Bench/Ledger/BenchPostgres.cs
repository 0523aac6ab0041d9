using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;
using SmartFlow.TokenStore;

namespace SmartFlow.Bench.Ledger;

/// <summary>A PostgreSQL server of the bench's own with the settings that it comes with: fsync is on.</summary>
internal sealed class BenchPostgres : IAsyncDisposable
{
    private const string ServerUser = "postgres";
    private readonly string folder;
    private readonly int port;

    private BenchPostgres(string folder, int port) => (this.folder, this.port) = (folder, port);

    public static async Task<BenchPostgres> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("smartflow-bench-pg-").FullName;
        if (IsRoot)
            await RunAsync("chown", ServerUser, folder);
        await ProgramAsync("initdb", "-D", folder, "-A", "trust", "-U", ServerUser, "-E", "UTF8", "--locale=C");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var settings = $"-p {port} -c max_connections=300 -c listen_addresses=127.0.0.1 -c unix_socket_directories=''";
        await ProgramAsync(
            "pg_ctl",
            "-D",
            folder,
            "-l",
            Path.Combine(folder, "server.log"),
            "-o",
            settings,
            "-w",
            "start"
        );
        return new BenchPostgres(folder, port);
    }

    /// <summary>A new database with the migrated ledger in it; the result finds its schema.</summary>
    public async Task<string> NewLedgerAsync(string name)
    {
        await NewDatabaseAsync(name);
        var ledger = ConnectionString(name);
        await ExecuteAsync(ledger, "CREATE SCHEMA tokenstore");
        var options = new DbContextOptionsBuilder<TokenStoreDb>()
            .UseNpgsql(ledger)
            .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning));
        await using var db = new TokenStoreDb(options.Options);
        await db.Database.MigrateAsync();
        return ledger;
    }

    /// <summary>A new empty database, for a program that migrates it.</summary>
    public async Task<string> NewDatabaseAsync(string name)
    {
        await ExecuteAsync(ConnectionString("postgres"), $"CREATE DATABASE {name}");
        return $"Host=127.0.0.1;Port={port};Username={ServerUser};Database={name}";
    }

    /// <summary>Runs a script of pgbench and returns its transactions a second.</summary>
    public async Task<double> PgbenchAsync(
        string database,
        string script,
        int clients,
        int seconds,
        params string[] variables
    )
    {
        var file = Path.Combine(folder, "script.sql");
        await File.WriteAllTextAsync(file, script);
        var start = new ProcessStartInfo(Path.Combine(Programs(), "pgbench")) { RedirectStandardOutput = true };
        string[] arguments =
        [
            "-h",
            "127.0.0.1",
            "-p",
            $"{port}",
            "-U",
            ServerUser,
            "-n",
            "-M",
            "prepared",
            "-f",
            file,
            "-c",
            $"{clients}",
            "-j",
            "2",
            "-T",
            $"{seconds}",
            .. variables.SelectMany(v => new[] { "-D", v }),
            database,
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["PGOPTIONS"] = "-c search_path=tokenstore";
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var line = said.Split('\n').FirstOrDefault(l => l.StartsWith("tps =", StringComparison.Ordinal))
            ?? throw new InvalidOperationException("pgbench said: " + said);
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    /// <summary>CPU seconds of the server's processes that live.</summary>
    public double CpuSeconds()
    {
        var postmaster = int.Parse(
            File.ReadLines(Path.Combine(folder, "postmaster.pid")).First(),
            CultureInfo.InvariantCulture
        );
        return Process.GetProcesses().Where(p => Parent(p.Id) == postmaster).Sum(p => ProcessMeter.CpuSeconds(p.Id));
    }

    public static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await ProgramAsync("pg_ctl", "-D", folder, "-m", "immediate", "-w", "stop");
        Directory.Delete(folder, recursive: true);
    }

    private static int Parent(int process)
    {
        try
        {
            // pid (name) state ppid …; the name of a server's process may hold spaces.
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(
                stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
                CultureInfo.InvariantCulture
            );
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={port};Username={ServerUser};Database={database};Search Path={(database == "postgres" ? "public" : "tokenstore")}";

    private static bool IsRoot => Environment.UserName == "root";

    private static Task ProgramAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs(), program);
        return IsRoot ? RunAsync("runuser", ["-u", ServerUser, "--", path, .. arguments]) : RunAsync(path, arguments);
    }

    private static string Programs()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => Path.Combine(d, "bin"))
            : [];
        return debian
            .Concat(path)
            .FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")) && File.Exists(Path.Combine(d, "pgbench")))
            ?? throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql.");
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // The server keeps what it inherits, so nothing of ours may wait for its output.
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments]
        )
        {
            WorkingDirectory = "/tmp",
        };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {process.ExitCode}");
    }
}
