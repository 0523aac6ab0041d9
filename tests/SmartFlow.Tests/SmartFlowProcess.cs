using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace SmartFlow.Tests;

/// <summary>The program as a process of its own, for what only the death of a process can show.</summary>
internal sealed class SmartFlowProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly List<string> output = [];

    /// <summary>The program that is started: beside the tests, unless a suite says otherwise.</summary>
    public static string Program { get; set; } = Path.Combine(AppContext.BaseDirectory, "smartflow.dll");

    private SmartFlowProcess(Process process, Uri url, bool reads)
    {
        this.process = process;
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = url,
            Timeout = TimeSpan.FromSeconds(60),
        };
        if (!reads)
            return;
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    public string Output
    {
        get
        {
            lock (output)
                return string.Join('\n', output);
        }
    }

    /// <summary>Serving, and ready; on a free port unless the environment says which.</summary>
    public static Task<SmartFlowProcess> StartAsync(
        string dataFolder,
        params (string Name, string Value)[] environment
    ) => StartAsync(dataFolder, environment, reads: true);

    /// <summary>As above, with nobody who reads what it prints.</summary>
    public static Task<SmartFlowProcess> StartUnreadAsync(
        string dataFolder,
        params (string Name, string Value)[] environment
    ) => StartAsync(dataFolder, environment, reads: false);

    private static async Task<SmartFlowProcess> StartAsync(
        string dataFolder,
        (string Name, string Value)[] environment,
        bool reads
    )
    {
        var given = environment.FirstOrDefault(e => e.Name == "SMARTFLOW_URLS").Value;
        var url = new Uri(given ?? $"http://127.0.0.1:{FreePort()}");
        var started = new SmartFlowProcess(
            Start([], dataFolder, [.. environment, ("SMARTFLOW_URLS", url.ToString().TrimEnd('/'))]),
            url,
            reads
        );
        try
        {
            await Eventually.IsTrueAsync(started.IsReadyAsync, "the program is ready");
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>A command, run to its end: its exit code and what it printed.</summary>
    public static Task<(int ExitCode, string Output)> RunAsync(string dataFolder, params string[] arguments) =>
        RunAsync(dataFolder, [], arguments);

    /// <summary>As above, with settings.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string dataFolder,
        (string Name, string Value)[] environment,
        params string[] arguments
    )
    {
        using var process = Start(arguments, dataFolder, environment);
        var output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }

    public void SignIn(string accessToken) =>
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);

    /// <summary>Waits for a death that a fault point brings; fails where it does not fire.</summary>
    public async Task DiedAsync(string fault)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        await process.WaitForExitAsync(limit.Token);
        Output.ShouldContain($"fault {fault}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>It stands still where it is, with its connections open, and knows nothing of it.</summary>
    public Task SuspendAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>SIGTERM, as a deployment sends it; returns when the process has ended by itself.</summary>
    public async Task<int> StopAsync()
    {
        await SignalAsync("-TERM");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        return process.ExitCode;
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start(
            "kill",
            [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
        Http.Dispose();
    }

    private static Process Start(string[] arguments, string dataFolder, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["SMARTFLOW_DATA"] = dataFolder;
        start.Environment["UserAuth__PasswordRounds"] = "1000";
        // What asks models by itself is asked for by the tests of it.
        start.Environment["Memory__Extraction"] = "false";
        start.Environment["Memory__EveryTurn"] = "true";
        start.Environment["ActiveScheduler__ScanSeconds"] = "0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private async Task<bool> IsReadyAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException($"The program ended with {process.ExitCode}:\n{Output}");
        try
        {
            return (await Http.GetAsync("/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (output)
            if (output.Count < 1_000)
                output.Add(line);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
