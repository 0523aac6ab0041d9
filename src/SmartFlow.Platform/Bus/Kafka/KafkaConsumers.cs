using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.Platform.Bus.Kafka;

/// <summary>Runs the consumers of the modules that this process hosts.</summary>
internal sealed class KafkaConsumers(IServiceProvider services, IEnumerable<IConsumer> consumers) : IHostedService
{
    private readonly List<KafkaConsumer> running = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var consumer in consumers)
        {
            var one = ActivatorUtilities.CreateInstance<KafkaConsumer>(services, consumer);
            running.Add(one);
            one.Start();
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// Each finishes its batch, commits and leaves its group; after the host's limit it breaks the batch off.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(running.Select(c => c.StopAsync(cancellationToken)));
        foreach (var one in running)
            one.Dispose();
    }
}
