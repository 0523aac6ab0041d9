using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Orders;

/// <summary>
/// Closes orders that were not paid in time, a bounded number a transaction; a free pack's day is free again.
/// </summary>
internal sealed partial class CloseStaleOrders(
    IWriter<TokenStoreDb> writer,
    IOptions<StoreOptions> options,
    TimeProvider time,
    ILogger<CloseStaleOrders> logger
) : BackgroundService
{
    /// <returns>How many were closed.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var now = time.GetUtcNow();
        var cutoff = now - TimeSpan.FromMinutes(settings.OrderTimeoutMinutes);
        var closed = 0;
        for (; ; )
        {
            var batch = await writer.WriteAsync(
                (db, token) => CloseAsync(db, cutoff, now, settings.OrderSweepBatch, token),
                cancellationToken
            );
            closed += batch;
            if (batch < settings.OrderSweepBatch)
                return closed;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.OrderSweepSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var closed = await SweepAsync(stoppingToken);
                if (closed > 0)
                    Log.Closed(logger, closed);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.SweepFailed(logger, e);
            }
        }
    }

    private static Task<int> CloseAsync(
        TokenStoreDb db,
        DateTimeOffset cutoff,
        DateTimeOffset now,
        int limit,
        CancellationToken cancellationToken
    )
    {
        var stale = db
            .Orders.Where(o => o.Status == OrderStatus.Pending && o.CreatedAt < cutoff)
            .OrderBy(o => o.CreatedAt)
            .Take(limit)
            .Select(o => o.OrderId);
        return db
            .Orders.Where(o => o.Status == OrderStatus.Pending && stale.Contains(o.OrderId))
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(o => o.Status, OrderStatus.Closed)
                        .SetProperty(o => o.ClosedAt, now)
                        .SetProperty(o => o.FreeDay, (string?)null),
                cancellationToken
            );
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Count} orders were not paid in time and are closed")]
        public static partial void Closed(ILogger logger, int count);

        [LoggerMessage(
            2,
            LogLevel.Warning,
            "Orders that were not paid in time could not be closed; the next sweep tries again"
        )]
        public static partial void SweepFailed(ILogger logger, Exception e);
    }
}
