using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Deletes kept answers, kept responses and windows of limits that are too old. Apart from the recovery, whose leases
/// must not wait for it.
/// </summary>
internal sealed partial class ResultCleanUp(
    IWriter<LlmDb> writer,
    IOptions<LlmOptions> options,
    TimeProvider time,
    ILogger<ResultCleanUp> logger
) : BackgroundService
{
    private const int Limit = 1_000;
    private static readonly TimeSpan WindowsKept = TimeSpan.FromHours(1);

    /// <summary>One round.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var windows = now - WindowsKept;
        await writer.DeleteOldestAsync(
            db => db.Results.Where(r => r.ExpiresAt <= now),
            r => r.ExpiresAt,
            Limit,
            cancellationToken
        );
        await writer.DeleteOldestAsync(
            db => db.Responses.Where(r => r.ExpiresAt <= now),
            r => r.ExpiresAt,
            Limit,
            cancellationToken
        );
        await writer.DeleteOldestAsync(
            db => db.LimitWindows.Where(w => w.EndsAt < windows),
            w => w.EndsAt!.Value,
            Limit,
            cancellationToken
        );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.RecoveryIntervalSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await RunOnceAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Answers that are too old could not be deleted; trying again later")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
