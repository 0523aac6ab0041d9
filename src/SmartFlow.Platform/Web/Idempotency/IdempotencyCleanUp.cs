using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Platform.Web.Idempotency;

/// <summary>Deletes kept answers that have expired, a bounded number a round.</summary>
internal sealed class IdempotencyCleanUp(
    IEnumerable<IModuleDatabase> databases, IOptions<IdempotencyOptions> options, TimeProvider time, ILogger<IdempotencyCleanUp> logger)
    : BackgroundService
{
    /// <summary>One round over every database.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow().AddHours(-options.Value.KeepHours);
        foreach (var database in databases)
            await database.SaveAsync((db, token) => MarkAsync(db, before, token), cancellationToken);
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
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Reads the keys alone: the answers may be large.</summary>
    private async Task MarkAsync(ModuleDb db, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var keys = await db.IdempotentRequests.Where(r => r.CreatedAt < before).OrderBy(r => r.CreatedAt)
            .Take(options.Value.CleanUpLimit).Select(r => new { r.UserId, r.Route, r.Key }).ToListAsync(cancellationToken);
        db.IdempotentRequests.RemoveRange(
            keys.Select(k => new IdempotentRequest { UserId = k.UserId, Route = k.Route, Key = k.Key, BodyHash = [] }));
    }
}

internal static partial class IdempotencyCleanUpLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Expired answers could not be deleted; trying again later")]
    public static partial void CleanUpFailed(this ILogger logger, Exception exception);
}
