using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Outbox;

public static class OutboxRegistration
{
    /// <summary>Relays the module's outbox to the topic, and its requeued dead letters to their consumers.</summary>
    public static void AddOutbox<TDb>(this IHostApplicationBuilder builder, string topic)
        where TDb : ModuleDb
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddTopic(topic);
        builder.Services.AddSingleton<OutboxSignal<TDb>>();
        builder.Services.AddSingleton<OutboxLease<TDb>>();
        builder.Services.AddSingleton<OutboxQueue<TDb>>();
        builder.Services.AddHostedService(p => ActivatorUtilities.CreateInstance<OutboxRelay<TDb>>(p, topic));
        builder.Services.AddHostedService<DeadLetterPump<TDb>>();
    }

    /// <summary>Keeps an event that could not be handled, once per consumer and event.</summary>
    public static Task BuryAsync<TDb>(
        this IWriter<TDb> writer,
        IConsumer consumer,
        BusEvent poison,
        string reason,
        int attempts,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
        where TDb : ModuleDb
    {
        ArgumentNullException.ThrowIfNull(writer);
        return writer.SaveAsync(
            async (db, token) =>
            {
                if (
                    await db.DeadLetters.AnyAsync(
                        d => d.Consumer == consumer.Group && d.EventId == poison.EventId,
                        token
                    )
                )
                    return;
                db.DeadLetters.Add(
                    new DeadLetter
                    {
                        Topic = consumer.Topic,
                        Consumer = consumer.Group,
                        EventId = poison.EventId,
                        Name = poison.Name,
                        Key = poison.Key,
                        Payload = poison.Payload.ToArray(),
                        Reason = reason.Length > 4000 ? reason[..4000] : reason,
                        Attempts = attempts,
                        FailedAt = now,
                    }
                );
            },
            cancellationToken
        );
    }
}
