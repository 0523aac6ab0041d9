using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Bus.Kafka;
using SmartFlow.Platform.Commands;

namespace SmartFlow.Platform.Bus;

/// <summary>A topic on which a module of this process publishes.</summary>
internal sealed record OutgoingTopic(string Name);

public static class BusRegistration
{
    /// <summary>Names a topic that the module publishes on, for <c>smartflow topics create</c>.</summary>
    public static void AddTopic(this IHostApplicationBuilder builder, string topic)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(new OutgoingTopic(topic));
    }

    /// <summary>
    /// Kafka where it is configured, else the bus of one process. After the modules: what consumes starts last and
    /// stops first.
    /// </summary>
    internal static void AddBus(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<Delivery>();
        services
            .AddOptions<KafkaOptions>()
            .BindConfiguration(KafkaOptions.Section)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<KafkaOptions>, KafkaOptionsCheck>();
        services.AddSingleton<KafkaClients>();
        services.AddSingleton<KafkaTopics>();
        services.AddSingleton<ICommand, TopicsCreateCommand>();
        services.AddSingleton<ICommand, TopicsListCommand>();
        if (
            string.IsNullOrWhiteSpace(
                builder.Configuration[$"{KafkaOptions.Section}:{nameof(KafkaOptions.BootstrapServers)}"]
            )
        )
        {
            services.AddSingleton<IBus, InProcessBus>();
            return;
        }
        services.AddSingleton<IBus, KafkaBus>();
        services.AddSingleton<KafkaMeters>();
        services.AddSingleton<KafkaWatch>();
        services.AddHostedService(p => p.GetRequiredService<KafkaWatch>());
        services.AddHostedService<KafkaConsumers>();
        services.AddHealthChecks().AddCheck<KafkaWatch>("kafka");
    }
}
