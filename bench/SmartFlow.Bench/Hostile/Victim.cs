using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;

namespace SmartFlow.Bench.Hostile;

/// <summary>The program under attack, as a process of its own with the settings that it comes with.</summary>
internal sealed class Victim : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("smartflow-hostile-").FullName;
    private readonly Dictionary<string, string> environment;
    private readonly string program;
    private readonly Process provider;
    private readonly Process process;
    private readonly int port;

    private Victim(string root, string database)
    {
        program = Path.Combine(root, "src", "SmartFlow.Host", "bin", "Release", "net10.0", "smartflow.dll");
        var providerPort = FreePort();
        port = FreePort();
        environment = new()
        {
            ["SMARTFLOW_URLS"] = $"http://127.0.0.1:{port}",
            ["SMARTFLOW_DATA"] = folder,
            ["SMARTFLOW_LLM_BASE_URL"] = $"http://127.0.0.1:{providerPort}",
            ["SMARTFLOW_LLM_MODEL"] = "bench,bench-10ms",
            ["TokenStore__WelcomeCredits"] = "1000000",
            ["Data__ConnectionString"] = database,
        };
        provider = Start(
            [Path.Combine(AppContext.BaseDirectory, "SmartFlow.Bench.dll"), "provider", $"{providerPort}"],
            []
        );
        process = Start([program], environment);
    }

    public static async Task<Victim> StartAsync(string root, string database)
    {
        var victim = new Victim(root, database);
        using var http = new HttpClient();
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await http.GetAsync(new Uri($"http://127.0.0.1:{victim.port}/readyz"))).IsSuccessStatusCode)
                    return victim;
            }
            catch (HttpRequestException) when (i < 300)
            {
                // Not listening yet.
            }
            await Task.Delay(100);
        }
    }

    public double ResidentMiB() => ProcessMeter.ResidentMiB(process.Id);

    public async Task WatchAsync(List<double> memory, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            memory.Add(ResidentMiB());
            await Task.Delay(1_000, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async Task<List<BenchUser>> SignUpAsync(string name, int count, int network)
    {
        var users = new List<BenchUser>();
        for (var i = 1; i <= count; i++)
        {
            var user = new BenchUser(
                $"{name}{i}",
                new IPEndPoint(IPAddress.Loopback, port),
                new IPAddress([127, 1, (byte)network, (byte)i])
            );
            var session = await user.PostAsync(
                "/api/v1/auth/register",
                new { username = user.Name, password = BenchUser.Password }
            );
            user.Token = session.GetProperty("access_token").GetString()!;
            user.Key = (await user.PostAsync("/api/v1/api-keys", new { name = "bench" }))
                .GetProperty("key")
                .GetString()!;
            users.Add(user);
        }
        return users;
    }

    /// <summary>As a signal would.</summary>
    public async Task StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
    }

    public async Task<string> ReconcileAsync()
    {
        var start = new ProcessStartInfo("dotnet", [program, "reconcile"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var reconcile = Process.Start(start)!;
        var said = await reconcile.StandardOutput.ReadToEndAsync();
        await reconcile.WaitForExitAsync();
        return $"exit {reconcile.ExitCode}: {said.Trim().Split('\n')[^1]}";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in new[] { process, provider })
        {
            if (!one.HasExited)
                one.Kill(entireProcessTree: true);
            await one.WaitForExitAsync();
            one.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }

    private static Process Start(string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>A user with connections from an address of their own.</summary>
internal sealed class BenchUser : IDisposable
{
    public const string Password = "a-bench-password";
    private readonly IPAddress address;
    private readonly HttpClient http;

    public BenchUser(string name, IPEndPoint server, IPAddress address)
    {
        (Name, Server, this.address) = (name, server, address);
        http = new HttpClient(
            new SocketsHttpHandler
            {
                UseCookies = false,
                ConnectCallback = async (_, cancellationToken) =>
                    new NetworkStream(await ConnectAsync(cancellationToken), ownsSocket: true),
            }
        )
        {
            BaseAddress = new Uri($"http://{server}"),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public string Name { get; }

    public IPEndPoint Server { get; }

    public string Token { get; set; } = "";

    public string Key { get; set; } = "";

    public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(address, 0));
        await socket.ConnectAsync(Server, cancellationToken);
        return socket;
    }

    /// <summary>The status; the body is read to its end.</summary>
    public async Task<int> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? body,
        CancellationToken cancellationToken,
        string? bearer = null,
        string? key = null
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer ?? Token);
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var response = await http.SendAsync(request, cancellationToken);
        await response.Content.CopyToAsync(Stream.Null, cancellationToken);
        return (int)response.StatusCode;
    }

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (Token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public void Dispose() => http.Dispose();
}
