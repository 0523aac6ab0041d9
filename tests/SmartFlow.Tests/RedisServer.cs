using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace SmartFlow.Tests;

/// <summary>
/// A Redis server of a test class's own, from the installed program, on a free loopback port and in a temporary folder;
/// the same test may stop, pause, empty it and give it an old dump. Only its own process is ever ended.
/// </summary>
public sealed class RedisServer : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("smartflow-redis-").FullName;
    private readonly int port = FreePort();
    private Process? process;

    public string Configuration => $"127.0.0.1:{port}";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async Task StartAsync(string password = "")
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Append("/usr/bin")
            .Select(d => Path.Combine(d, "redis-server"))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("Redis is not installed: apt-get install redis-server.");
        string[] arguments =
        [
            "--port",
            $"{port}",
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
            "--daemonize",
            "no",
            "--logfile",
            "server.log",
        ];
        process = Begin(program, password.Length > 0 ? [.. arguments, "--requirepass", password] : arguments);
        await ListeningAsync(process, port);
    }

    /// <summary>kill -9.</summary>
    public async Task StopAsync()
    {
        if (process is null)
            return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>Its connections stand and nothing is answered.</summary>
    public Task PauseAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>FLUSHALL, and the scripts it knows with it.</summary>
    public Task FlushAsync() =>
        AdministerAsync(async server =>
        {
            await server.FlushAllDatabasesAsync();
            await server.ScriptFlushAsync();
        });

    /// <summary>What it has now, as a file.</summary>
    public async Task<byte[]> DumpAsync()
    {
        await AdministerAsync(server => server.ExecuteAsync("SAVE"));
        return await File.ReadAllBytesAsync(Path.Combine(folder, "dump.rdb"));
    }

    /// <summary>Stops, and begins with this dump.</summary>
    public async Task RestoreAsync(byte[] dump)
    {
        await StopAsync();
        await File.WriteAllBytesAsync(Path.Combine(folder, "dump.rdb"), dump);
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await SignalAsync("-CONT");
        await StopAsync();
        Directory.Delete(folder, recursive: true);
    }

    internal static Process Begin(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    internal static Task ListeningAsync(Process process, int port) =>
        Eventually.IsTrueAsync(
            async () =>
            {
                if (process.HasExited)
                    throw new InvalidOperationException($"The server ended with {process.ExitCode}.");
                using var client = new TcpClient();
                try
                {
                    await client.ConnectAsync(IPAddress.Loopback, port);
                    return true;
                }
                catch (SocketException)
                {
                    return false;
                }
            },
            "the server listens"
        );

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task AdministerAsync(Func<IServer, Task> work)
    {
        var options = ConfigurationOptions.Parse(Configuration + ",allowAdmin=true");
        await using var connection = await ConnectionMultiplexer.ConnectAsync(options);
        await work(connection.GetServer(IPAddress.Loopback, port));
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start(
            "kill",
            [signal, process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        await kill.WaitForExitAsync();
    }
}
