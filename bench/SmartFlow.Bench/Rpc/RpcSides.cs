using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Bench.Ledger;
using SmartFlow.Platform.Web;
using SmartFlow.Tests.Platform.Rpc;

namespace SmartFlow.Bench.Rpc;

/// <summary>What one run of calls came to.</summary>
/// <param name="PerSecond">Calls; streams as whole ones.</param>
/// <param name="P50">Microseconds.</param>
/// <param name="P99">Microseconds.</param>
/// <param name="CallerCpu">Microseconds of the calling process a call.</param>
/// <param name="CallerBytes">Allocated by the calling process a call.</param>
internal sealed record RpcFigures(double PerSecond, double P50, double P99, double CallerCpu, double CallerBytes)
{
    public static RpcFigures Parse(string line)
    {
        var n = line.Split(' ').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return new(n[0], n[1], n[2], n[3], n[4]);
    }

    public override string ToString() =>
        FormattableString.Invariant($"{PerSecond:F1} {P50:F2} {P99:F2} {CallerCpu:F3} {CallerBytes:F0}");
}

/// <summary>
/// The two ends, each a process of its own and the product as it is: the port with its token, and the proxy that a
/// module gets in the place of another. A build of an earlier commit has the same two commands, so that both can stand
/// in one run.
/// </summary>
internal static class RpcSides
{
    public const int StreamMessages = 50;
    private const string Token = "a token for the bench only";

    /// <summary>Serves the echo until standard input ends.</summary>
    public static async Task<int> ServeAsync(string port)
    {
        var folder = Directory.CreateTempSubdirectory("smartflow-bench-rpc-");
        await using var app = Build(
            folder.FullName,
            [Echo.Module],
            $"--Rpc:Url=http://127.0.0.1:{port}",
            "--Urls=http://127.0.0.1:0"
        );
        await app.StartAsync();
        Console.WriteLine("ready");
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        folder.Delete(recursive: true);
        return 0;
    }

    /// <summary>
    /// Answers each line of standard input, "unary|repeatable|stream concurrency seconds", with its figures.
    /// </summary>
    /// <param name="address">Of the serving side; "-": the echo in this process, called as modules of one process call
    /// each other.</param>
    public static async Task<int> CallAsync(string address)
    {
        var folder = Directory.CreateTempSubdirectory("smartflow-bench-rpc-");
        await using var app =
            address == "-"
                ? Build(folder.FullName, [Echo.Module])
                : Build(
                    folder.FullName,
                    [Echo.Module, new("Front", _ => { }, _ => { }, "Echo")],
                    "--modules=front",
                    $"--Remotes:Echo={address}",
                    "--Auth:SigningKey=" + Convert.ToBase64String(new byte[32])
                );
        var echo = app.Services.GetRequiredService<IEcho>();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ');
            var (concurrency, seconds) = (
                int.Parse(words[1], CultureInfo.InvariantCulture),
                double.Parse(words[2], CultureInfo.InvariantCulture)
            );
            Func<CancellationToken, Task> call = words[0] switch
            {
                "unary" => async c => await echo.DoAsync(Asked(), c),
                "repeatable" => c => echo.SayAsync(Asked(), c),
                _ => c => StreamAsync(echo, c),
            };
            Console.WriteLine(await RunAsync(call, concurrency, seconds));
        }
        folder.Delete(recursive: true);
        return 0;
    }

    /// <summary>The size of a reserve and of its answer.</summary>
    private static SayRequest Asked() => new() { Text = "a-call-of-some-user-0123456789" };

    /// <summary>An answer of a model in 50 chunks of 200 bytes.</summary>
    private static async Task StreamAsync(IEcho echo, CancellationToken cancellationToken)
    {
        var seen = 0;
        await foreach (
            var part in echo.CountAsync(new CountRequest { To = StreamMessages, Bytes = 200 }, cancellationToken)
        )
            seen = part.Number;
        if (seen != StreamMessages)
            throw new InvalidOperationException($"The stream ended after {seen} messages.");
    }

    private static async Task<RpcFigures> RunAsync(Func<CancellationToken, Task> call, int concurrency, double seconds)
    {
        var (begin, cpu, bytes) = (
            Stopwatch.GetTimestamp(),
            Environment.CpuUsage.TotalTime,
            GC.GetTotalAllocatedBytes()
        );
        var taken = await Task.WhenAll(
            Enumerable
                .Range(0, concurrency)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        var mine = new List<double>();
                        using var end = new CancellationTokenSource();
                        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
                        {
                            var at = Stopwatch.GetTimestamp();
                            await call(end.Token);
                            mine.Add(Stopwatch.GetElapsedTime(at).TotalMicroseconds);
                        }
                        return mine;
                    })
                )
        );
        var all = taken.SelectMany(t => t).Order().ToArray();
        return new RpcFigures(
            all.Length / Stopwatch.GetElapsedTime(begin).TotalSeconds,
            LedgerLoad.At(all, 0.5),
            LedgerLoad.At(all, 0.99),
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / all.Length,
            (double)(GC.GetTotalAllocatedBytes() - bytes) / all.Length
        );
    }

    private static WebApplication Build(
        string folder,
        IReadOnlyList<Platform.Module> modules,
        params string[] settings
    ) =>
        PlatformHost.Build(
            PlatformHost.CreateBuilder([
                $"--Data:Folder={folder}",
                $"--Rpc:Token={Token}",
                "--Logging:LogLevel:Default=Warning",
                .. settings,
            ]),
            modules
        );
}
