using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using SmartFlow.Platform.Redis;
using SmartFlow.Platform.Snapshots;

namespace SmartFlow.Tests.Platform.Redis;

/// <summary>Connections as a process has one, each with names of its own.</summary>
internal static class RedisLinks
{
    private static readonly IMeterFactory Meters = new ServiceCollection()
        .AddMetrics()
        .BuildServiceProvider()
        .GetRequiredService<IMeterFactory>();
    private static int last;

    public static RedisOptions Options(string configuration) =>
        new()
        {
            // A machine that is busy with other tests is no server that says nothing.
            Configuration = configuration,
            KeyPrefix = $"test-{Interlocked.Increment(ref last)}:",
            TimeoutMilliseconds = 5_000,
        };

    public static async Task<RedisLink> OpenAsync(RedisOptions options, TimeProvider? time = null)
    {
        var link = new RedisLink(
            Microsoft.Extensions.Options.Options.Create(options),
            Meters,
            time ?? TimeProvider.System,
            NullLogger<RedisLink>.Instance
        );
        await link.StartAsync(default);
        return link;
    }

    public static async Task<RedisBalanceSnapshots> SnapshotsAsync(string configuration)
    {
        var options = Options(configuration);
        return new RedisBalanceSnapshots(
            await OpenAsync(options),
            Microsoft.Extensions.Options.Options.Create(options)
        );
    }
}
