using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace SmartFlow.Bench.Gateway;

/// <summary>The three programs under load, each a process of its own on a free loopback port.</summary>
internal sealed class Programs : IAsyncDisposable
{
    private const int Users = 8;
    private readonly List<Process> processes = [];
    private readonly string dataFolder = Path.Combine(Path.GetTempPath(), $"smartflow-bench-{Environment.ProcessId}");

    public int ProviderPort { get; private set; }

    public int ProxyPort { get; private set; }

    public int GatewayPort { get; private set; }

    public int ProxyProcess { get; private set; }

    public int GatewayProcess { get; private set; }

    /// <summary>API keys of several users, so that one account is not the only one.</summary>
    public IReadOnlyList<string> ApiKeys { get; private set; } = [];

    public static async Task<Programs> StartAsync(string root)
    {
        var programs = new Programs();
        var self = Path.Combine(AppContext.BaseDirectory, "SmartFlow.Bench.dll");
        (programs.ProviderPort, programs.ProxyPort, programs.GatewayPort) = (FreePort(), FreePort(), FreePort());
        programs.Start(self, ["provider", $"{programs.ProviderPort}"], []);
        programs.ProxyProcess = programs.Start(self, ["proxy", $"{programs.ProxyPort}", $"http://127.0.0.1:{programs.ProviderPort}"], []);
        var host = Path.Combine(root, "src", "SmartFlow.Host", "bin", "Release", "net10.0", "smartflow.dll");
        programs.GatewayProcess = programs.Start(host, [], new()
        {
            ["SMARTFLOW_URLS"] = $"http://127.0.0.1:{programs.GatewayPort}",
            ["SMARTFLOW_DATA"] = programs.dataFolder,
            ["SMARTFLOW_LLM_BASE_URL"] = $"http://127.0.0.1:{programs.ProviderPort}",
            ["SMARTFLOW_LLM_MODEL"] = "bench,bench-10ms",
            ["TokenStore__WelcomeCredits"] = "1000000",
        });
        await programs.SignUpAsync();
        return programs;
    }

    /// <summary>What the reconcile command says about the data that the runs left behind.</summary>
    public async Task<string> ReconcileAsync(string root)
    {
        var host = Path.Combine(root, "src", "SmartFlow.Host", "bin", "Release", "net10.0", "smartflow.dll");
        var start = new ProcessStartInfo("dotnet", [host, "reconcile"]) { RedirectStandardOutput = true };
        start.Environment["SMARTFLOW_DATA"] = dataFolder;
        using var process = Process.Start(start)!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return $"exit {process.ExitCode}: {said.Trim().Split('\n')[^1]}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        if (Directory.Exists(dataFolder)) Directory.Delete(dataFolder, recursive: true);
    }

    private int Start(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        processes.Add(process);
        return process.Id;
    }

    private async Task SignUpAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{GatewayPort}") };
        await ReadyAsync(http);
        var keys = new List<string>();
        for (var i = 0; i < Users; i++)
        {
            var session = await PostAsync(http, "/api/v1/auth/register", new { username = $"bench{i}", password = "a-bench-password" }, null);
            var token = session.GetProperty("access_token").GetString()!;
            keys.Add((await PostAsync(http, "/api/v1/api-keys", new { name = "bench" }, token)).GetProperty("key").GetString()!);
        }
        ApiKeys = keys;
    }

    private static async Task ReadyAsync(HttpClient http)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await http.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode) return;
            }
            catch (HttpRequestException) when (i < 300)
            {
                // Not listening yet.
            }
            await Task.Delay(100);
        }
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
