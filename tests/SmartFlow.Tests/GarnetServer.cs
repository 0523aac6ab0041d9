using System.Diagnostics;
using System.Globalization;

namespace SmartFlow.Tests;

/// <summary>
/// A Garnet server of a test class's own, where <c>SMARTFLOW_GARNET</c> names its program; else those tests are not
/// run.
/// </summary>
public sealed class GarnetServer : IAsyncLifetime
{
    private readonly int port = RedisServer.FreePort();
    private Process? process;

    public string Configuration
    {
        get
        {
            Assert.SkipWhen(process is null, "Only in the long run: ./test.sh --soak installs Garnet.");
            return $"127.0.0.1:{port}";
        }
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("SMARTFLOW_GARNET") is not { Length: > 0 } program)
            return;
        process = RedisServer.Begin(
            program,
            [
                "--port",
                port.ToString(CultureInfo.InvariantCulture),
                "--bind",
                "127.0.0.1",
                "--lua",
                "--memory",
                "64m",
                "--index",
                "16m",
            ]
        );
        await RedisServer.ListeningAsync(process, port);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is null)
            return;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
