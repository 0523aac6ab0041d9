using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Memory.Extracting;

/// <summary>
/// Deletes for good what was deleted or has expired long ago, and notes of turns that were looked at and of what they
/// changed.
/// </summary>
internal sealed partial class CleanUpMemory(
    IWriter<MemoryDb> writer,
    IOptions<MemoryOptions> options,
    TimeProvider time,
    ILogger<CleanUpMemory> logger
) : BackgroundService
{
    private const int Limit = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    /// <summary>One round.</summary>
    public async Task<long> RunOnceAsync(CancellationToken cancellationToken)
    {
        var (gone, looked) = (
            time.GetUtcNow().AddDays(-options.Value.DeletedDays),
            time.GetUtcNow().AddDays(-options.Value.LooksKeptDays)
        );
        var count = await writer.DeleteOldestAsync(
            db => db.Items.Where(i => i.DeletedAt < gone),
            i => i.DeletedAt!.Value,
            Limit,
            cancellationToken
        );
        count += await writer.DeleteOldestAsync(
            db => db.Items.Where(i => i.ExpiresAt < gone),
            i => i.ExpiresAt!.Value,
            Limit,
            cancellationToken
        );
        count += await writer.DeleteOldestAsync(
            db => db.Changes.Where(c => c.CreatedAt < looked),
            c => c.CreatedAt,
            Limit,
            cancellationToken
        );
        return count
            + await writer.DeleteOldestAsync(
                db => db.Looks.Where(l => l.CreatedAt < looked && l.State != LookState.Waiting),
                l => l.CreatedAt,
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
        [LoggerMessage(1, LogLevel.Warning, "What was forgotten could not be deleted; trying again later")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
