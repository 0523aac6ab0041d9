using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Web.Idempotency;

/// <summary>Deletes kept answers that have expired.</summary>
internal sealed class IdempotencyCleanUp(
    IEnumerable<IModuleDatabase> databases,
    IOptions<IdempotencyOptions> options,
    TimeProvider time,
    ILogger<IdempotencyCleanUp> logger
) : BackgroundService
{
    /// <summary>One round over every database.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddHours(-options.Value.KeepHours);
        foreach (var database in databases)
            await CleanUp.WhileFullAsync(
                options.Value.CleanUpLimit,
                token => DeleteAsync(database, before, token),
                cancellationToken
            );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(options.Value.CleanUpMinutes), time);
        do
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                logger.CleanUpFailed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> DeleteAsync(
        IModuleDatabase database,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        var deleted = 0;
        await database.SaveAsync(
            async (db, token) =>
                deleted = await db
                    .IdempotentRequests.Where(r => r.CreatedAt < before)
                    .DeleteOldestAsync(r => r.CreatedAt, options.Value.CleanUpLimit, token),
            cancellationToken
        );
        return deleted;
    }
}

internal static partial class IdempotencyCleanUpLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired answers could not be deleted; trying again later")]
    public static partial void CleanUpFailed(this ILogger logger, Exception exception);
}
