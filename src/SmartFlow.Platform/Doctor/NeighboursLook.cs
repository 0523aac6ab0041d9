using System.Runtime.CompilerServices;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SmartFlow.Platform.Bus.Kafka;
using SmartFlow.Platform.Redis;
using SmartFlow.Platform.Rpc.Client;

namespace SmartFlow.Platform.Doctor;

/// <summary>
/// What is configured beside the database: Kafka with its topics, Redis, and the modules in other processes.
/// </summary>
internal sealed class NeighboursLook(KafkaTopics topics, HealthCheckService health, IServiceProvider services)
    : IDoctorCheck
{
    public string Name => "neighbours";

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (topics.IsConfigured)
            yield return Topics();
        if (services.GetService<RedisLink>() is { } redis)
        {
            await redis.StartAsync(cancellationToken);
            yield return (await redis.AskAsync(d => d.PingAsync())).Came
                ? DoctorFinding.Ok("Redis answers")
                : DoctorFinding.Warning(
                    "Redis does not answer",
                    "Calls go on by the database alone, slower. Start it, or leave Redis:Configuration empty."
                );
        }
        var remotes = await health.CheckHealthAsync(r => r.Tags.Contains(RemoteCheck.Tag), cancellationToken);
        foreach (var (name, remote) in remotes.Entries)
            yield return remote.Status switch
            {
                HealthStatus.Healthy => DoctorFinding.Ok($"{name} is ready"),
                HealthStatus.Degraded => DoctorFinding.Warning(
                    $"{name}: {remote.Description}",
                    "Start it; what needs it is refused meanwhile."
                ),
                _ => DoctorFinding.Error(
                    $"{name}: {remote.Description}",
                    "Start it, or look at its address under Remotes and at SMARTFLOW_RPC_TOKEN on both sides."
                ),
            };
    }

    private DoctorFinding Topics()
    {
        try
        {
            var missing = topics.Names.Except(topics.Read().Select(t => t.Name), StringComparer.Ordinal).ToArray();
            return missing.Length == 0
                ? DoctorFinding.Ok($"Kafka answers and has all {topics.Names.Count} topics")
                : DoctorFinding.Error($"Kafka misses {string.Join(", ", missing)}", "Run smartflow topics create.");
        }
        catch (KafkaException e)
        {
            return DoctorFinding.Error(
                $"Kafka: {e.Message}",
                "Events wait in the outboxes until it is back. Look at Bus:Kafka:BootstrapServers."
            );
        }
    }
}
