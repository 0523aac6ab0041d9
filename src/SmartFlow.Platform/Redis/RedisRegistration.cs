using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Snapshots;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Platform.Redis;

/// <summary>What several processes remember together, where Redis is configured; else each for itself.</summary>
internal static class RedisRegistration
{
    public static void AddSharedMemory(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<RedisOptions>().BindConfiguration("Redis").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<RedisOptions>, RedisOptionsCheck>();
        if (builder.Configuration[RedisOptions.ConfigurationKey] is not { Length: > 0 })
        {
            services.AddSingleton<IBalanceSnapshots, MemoryBalanceSnapshots>();
            services.AddSingleton<ISharedCounts, NoSharedCounts>();
            services.AddSingleton<IRecentAnswers, NoRecentAnswers>();
            return;
        }
        services.AddMetrics();
        services.AddSingleton<RedisLink>();
        services.AddHostedService(p => p.GetRequiredService<RedisLink>());
        services.AddSingleton<IBalanceSnapshots, RedisBalanceSnapshots>();
        services.AddSingleton<ISharedCounts, RedisCounts>();
        services.AddSingleton<IRecentAnswers, RedisRecentAnswers>();
        services.AddSingleton<RedisAccessNews>();
        services.AddHostedService(p => p.GetRequiredService<RedisAccessNews>());
        services.AddHealthChecks().AddCheck<RedisCheck>("redis");
    }
}

/// <summary>Without Redis everything goes on by the database: a process is degraded then, and ready.</summary>
internal sealed class RedisCheck(RedisLink redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        (await redis.AskAsync(d => d.PingAsync())).Came
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Redis does not answer; the database is asked instead");
}
