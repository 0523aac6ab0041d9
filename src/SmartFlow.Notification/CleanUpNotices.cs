using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Notification;

/// <summary>Deletes notices that are older than is kept; the database takes their deliveries with them.</summary>
internal sealed partial class CleanUpNotices(
    IWriter<NotificationDb> writer,
    IOptions<NotificationOptions> options,
    TimeProvider time,
    ILogger<CleanUpNotices> logger
) : BackgroundService
{
    private const int Limit = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    /// <summary>One round.</summary>
    public Task<long> RunOnceAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow().AddDays(-options.Value.KeptDays);
        return writer.DeleteOldestAsync(
            db => db.Notices.Where(n => n.CreatedAt < since),
            n => n.CreatedAt,
            Limit,
            cancellationToken
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Old notifications could not be deleted; trying again later")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
