using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Outbox;

/// <summary>
/// Hands requeued dead letters of one database to their consumers again, one by one; of several hosts the one that
/// relays the outbox does.
/// </summary>
internal sealed partial class DeadLetterPump<TDb>(
    OutboxLease<TDb> lease,
    IDbContextFactory<TDb> factory,
    IWriter<TDb> writer,
    IEnumerable<IConsumer> consumers,
    TimeProvider time,
    ILogger<DeadLetterPump<TDb>> logger
) : BackgroundService
    where TDb : ModuleDb
{
    private const int BatchLimit = 100;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (lease.IsHeld)
                    await PumpAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.PumpFailed(logger, e);
            }
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PumpAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var requeued = await db
            .DeadLetters.AsNoTracking()
            .Where(d => d.RequeuedAt != null)
            .OrderBy(d => d.Id)
            .Take(BatchLimit)
            .ToListAsync(cancellationToken);
        foreach (var letter in requeued)
        {
            var consumer = consumers.FirstOrDefault(c => c.Group == letter.Consumer && c.Topic == letter.Topic);
            if (consumer is null)
                continue;
            if (!lease.IsHeld)
                return;
            var again = new BusEvent(letter.EventId, letter.Name, letter.Key, letter.Payload, "", letter.FailedAt);
            var reason = await TryAsync(consumer, again, cancellationToken);
            var now = time.GetUtcNow();
            await writer.WriteAsync(
                (d, token) =>
                    reason is null
                        ? d.DeadLetters.Where(l => l.Id == letter.Id).ExecuteDeleteAsync(token)
                        : d
                            .DeadLetters.Where(l => l.Id == letter.Id)
                            .ExecuteUpdateAsync(
                                s =>
                                    s.SetProperty(l => l.RequeuedAt, (DateTimeOffset?)null)
                                        .SetProperty(l => l.Reason, reason)
                                        .SetProperty(l => l.FailedAt, now)
                                        .SetProperty(l => l.Attempts, l => l.Attempts + 1),
                                token
                            ),
                cancellationToken
            );
        }
    }

    private static async Task<string?> TryAsync(IConsumer consumer, BusEvent again, CancellationToken cancellationToken)
    {
        try
        {
            return (await consumer.HandleAsync([again], cancellationToken))[0];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"{e.GetType().Name}: {e.Message}";
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Requeued dead letters could not be read; trying again")]
        public static partial void PumpFailed(ILogger logger, Exception e);
    }
}
