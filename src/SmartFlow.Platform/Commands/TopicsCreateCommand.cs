using System.Globalization;
using Confluent.Kafka;
using SmartFlow.Platform.Bus.Kafka;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// <c>smartflow topics create [--partitions N] [--replication N]</c>: makes what is missing; running it again changes
/// nothing.
/// </summary>
internal sealed class TopicsCreateCommand(KafkaTopics topics) : ICommand
{
    private const int PartitionsMax = 10_000;
    private const int ReplicationMax = 100;

    public string Name => "topics create";

    public string Usage =>
        "[--partitions N] [--replication N]: makes the topics that are missing at the brokers (12 partitions, 1 replica)";

    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        var (partitions, replication) = (12, 1);
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var good =
                i + 1 < arguments.Count
                && arguments[i] switch
                {
                    "--partitions" => Number(arguments[i + 1], PartitionsMax, out partitions),
                    "--replication" => Number(arguments[i + 1], ReplicationMax, out replication),
                    _ => false,
                };
            if (good)
                continue;
            await output.WriteLineAsync(
                $"smartflow topics create [--partitions 1..{PartitionsMax}] [--replication 1..{ReplicationMax}]"
            );
            return 2;
        }
        return await TopicsListCommand.AskAsync(topics, output, async () =>
        {
            var made = await topics.CreateAsync(partitions, (short)replication);
            foreach (var name in topics.Names)
                await output.WriteLineAsync($"{name}: {(made.Contains(name) ? "made" : "there")}");
            return 0;
        });
    }

    private static bool Number(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number >= 1
        && number <= most;
}

/// <summary>
/// <c>smartflow topics list</c>: which of the topics are at the brokers; exit code 1 where one is missing.
/// </summary>
internal sealed class TopicsListCommand(KafkaTopics topics) : ICommand
{
    public string Name => "topics list";

    public string Usage => "the topics of the modules, with partitions and replicas; ends with 1 where one is missing";

    public bool Writes => false;

    public Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    ) => AskAsync(topics, output, async () =>
        {
            var there = topics.Read().ToDictionary(t => t.Name, StringComparer.Ordinal);
            foreach (var name in topics.Names)
                await output.WriteLineAsync(
                    there.TryGetValue(name, out var topic)
                        ? $"{name}: {topic.Partitions} partitions, {topic.Replicas} replicas"
                        : $"{name}: missing"
                );
            return there.Count == topics.Names.Count ? 0 : 1;
        });

    internal static async Task<int> AskAsync(KafkaTopics topics, TextWriter output, Func<Task<int>> ask)
    {
        if (!topics.IsConfigured)
        {
            await output.WriteLineAsync("No Kafka is configured: set Bus__Kafka__BootstrapServers.");
            return 2;
        }
        try
        {
            return await ask();
        }
        catch (KafkaException e)
        {
            await output.WriteLineAsync($"Kafka: {e.Message}");
            return 1;
        }
    }
}
