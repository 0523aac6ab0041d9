using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Redis;

namespace SmartFlow.Tests.Hosts;

/// <summary>Two hosts that remember together.</summary>
public sealed class TwoHostsOnRedis(PostgresServer postgres) : TwoHosts(postgres)
{
    internal RedisServer Redis { get; } = new();

    internal override void Configure(AppSetup setup)
    {
        setup.Settings["Redis:Configuration"] = Redis.Configuration;
        setup.Settings["Redis:TimeoutMilliseconds"] = "500";
        setup.Settings["Redis:PauseMilliseconds"] = "100";
        setup.Settings["UserAuth:SignInsPerMinute"] = "1000";
        setup.Settings["TokenStore:RefusalSeconds"] = "0";
    }

    public override async ValueTask InitializeAsync()
    {
        await Redis.StartAsync();
        await base.InitializeAsync();
        foreach (var host in new[] { One, Other })
            await ListeningAsync(host);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Redis.DisposeAsync();
    }

    internal static Task ListeningAsync(SmartFlowApp host) =>
        host.Services.GetRequiredService<RedisAccessNews>().Listening;

    /// <summary>Waits until a host is answered again.</summary>
    internal static Task AnsweredAsync(SmartFlowApp host) =>
        Eventually.IsTrueAsync(
            async () => (await host.Services.GetRequiredService<RedisLink>().AskAsync(d => d.PingAsync())).Came,
            "Redis answers"
        );
}
