using System.Diagnostics;
using SmartFlow.Bench.Ledger;
using SmartFlow.Bench.Load;

namespace SmartFlow.Bench.Gateway;

/// <summary>A program under load.</summary>
/// <param name="Target">Where its requests go.</param>
/// <param name="Process">Whose CPU is counted; 0: nobody's.</param>
internal sealed record Contestant(Target Target, int Process);

/// <summary>
/// The programs under load, each a process of its own on a free loopback port, and the provider behind them.
/// </summary>
internal sealed class Programs : IAsyncDisposable
{
    public const string Direct = "direct";
    public const string BareProxy = "bare .NET proxy";
    public const string Portkey = "Portkey 1.15.2";

    /// <summary>
    /// The environment variable that names the smartflow.dll of another build, to stand beside this one in the same
    /// run.
    /// </summary>
    private const string Earlier = "SMARTFLOW_BENCH_EARLIER";
    private readonly ChildProcesses processes = new();
    private readonly string folder = Directory.CreateTempSubdirectory("smartflow-bench-").FullName;
    private readonly string host;
    private BenchPostgres? postgres;

    private Programs(string root) =>
        host = Path.Combine(root, "src", "SmartFlow.Host", "bin", "Release", "net10.0", "smartflow.dll");

    public List<Contestant> All { get; } = [];

    public Contestant OnSqlite { get; private set; } = null!;

    /// <param name="root">The checkout.</param>
    /// <param name="tries">Variables with which this build stands beside itself, and only beside the bare proxy; null:
    /// all programs.</param>
    public static async Task<Programs> StartAsync(string root, string[]? tries = null)
    {
        var programs = new Programs(root);
        var self = Path.Combine(AppContext.BaseDirectory, "SmartFlow.Bench.dll");
        var provider = ChildProcesses.FreePort();
        programs.processes.Start("dotnet", [self, "provider", $"{provider}"], []);
        if (tries is null)
        {
            programs.All.Add(new(new(Direct, provider, []), 0));
            programs.Add("nginx", port =>
                programs.processes.Start("nginx", programs.NginxArguments(port, provider), [])
            );
        }
        programs.Add(BareProxy, port =>
            programs.processes.Start("dotnet", [self, "proxy", $"{port}", $"http://127.0.0.1:{provider}"], [])
        );
        if (tries is null)
            programs.AddPortkey(root, provider);
        await programs.AddBothAsync("SmartFlow", provider, []);
        foreach (var set in tries ?? [])
            await programs.AddBothAsync(
                set,
                provider,
                set.Split(';').Select(v => v.Split('=', 2)).ToDictionary(v => v[0], v => v[1])
            );
        if (Environment.GetEnvironmentVariable(Earlier) is { Length: > 0 } earlier)
            await programs.AddBothAsync("earlier", provider, [], earlier);
        return programs;
    }

    private void AddPortkey(string root, int provider)
    {
        var portkey = Path.Combine(
            root,
            "bench",
            "portkey",
            "node_modules",
            "@portkey-ai",
            "gateway",
            "build",
            "start-server.js"
        );
        Add(
            Portkey,
            port => processes.Start("node", [portkey, $"--port={port}", "--headless"], []),
            $"x-portkey-provider: openai\r\nx-portkey-custom-host: http://127.0.0.1:{provider}/v1\r\nAuthorization: Bearer none\r\n"
        );
    }

    /// <summary>A build on SQLite and on PostgreSQL.</summary>
    private async Task AddBothAsync(
        string name,
        int provider,
        Dictionary<string, string> settings,
        string? program = null
    )
    {
        postgres ??= await BenchPostgres.StartAsync();
        var onSqlite = await AddGatewayAsync($"{name}, SQLite", provider, settings, program);
        OnSqlite ??= onSqlite;
        var database = await postgres.NewDatabaseAsync($"gateway{All.Count}");
        await AddGatewayAsync(
            $"{name}, PostgreSQL",
            provider,
            new(settings) { ["Data__ConnectionString"] = database },
            program
        );
    }

    /// <summary>What the reconcile command says about the data that the runs left behind.</summary>
    public async Task<string> ReconcileAsync()
    {
        var start = new ProcessStartInfo("dotnet", [host, "reconcile"]) { RedirectStandardOutput = true };
        start.Environment["SMARTFLOW_DATA"] = DataFolder("SmartFlow, SQLite");
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return $"exit {process.ExitCode}: {said.Trim().Split('\n')[^1]}";
    }

    public async ValueTask DisposeAsync()
    {
        await processes.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private void Add(string name, Func<int, int> start, string headers = "")
    {
        var port = ChildProcesses.FreePort();
        All.Add(new(new(name, port, headers.Length == 0 ? [] : [headers]), start(port)));
    }

    private async Task<Contestant> AddGatewayAsync(
        string name,
        int provider,
        Dictionary<string, string> settings,
        string? program = null
    )
    {
        var port = ChildProcesses.FreePort();
        var process = processes.Start(
            "dotnet",
            [program ?? host],
            new(settings)
            {
                ["SMARTFLOW_URLS"] = $"http://127.0.0.1:{port}",
                ["SMARTFLOW_DATA"] = DataFolder(name),
                ["SMARTFLOW_LLM_BASE_URL"] = $"http://127.0.0.1:{provider}",
                ["SMARTFLOW_LLM_MODEL"] = "bench,bench-10ms",
                ["TokenStore__WelcomeCredits"] = "1000000",
            }
        );
        var keys = await BenchUsers.SignUpAsync(port);
        var contestant = new Contestant(
            new(name, port, [.. keys.Select(k => $"Authorization: Bearer {k}\r\n")]),
            process
        );
        All.Add(contestant);
        return contestant;
    }

    private string DataFolder(string name) => Path.Combine(folder, string.Concat(name.Where(char.IsLetterOrDigit)));

    /// <summary>A plain proxy that keeps its connections and forwards what comes at once.</summary>
    private string[] NginxArguments(int port, int provider)
    {
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(
            file,
            $$"""
            daemon off; worker_processes 2; pid {{folder}}/nginx.pid; error_log {{folder}}/nginx.log;
            events { worker_connections 4096; }
            http {
                access_log off; client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/f;
                uwsgi_temp_path {{folder}}/u; scgi_temp_path {{folder}}/s; keepalive_requests 100000000;
                upstream provider { server 127.0.0.1:{{provider}}; keepalive 512; keepalive_requests 100000000; }
                server {
                    listen 127.0.0.1:{{port}};
                    location / { proxy_pass http://provider; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
                }
            }
            """
        );
        return ["-p", folder, "-c", file];
    }
}
