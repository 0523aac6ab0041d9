using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SmartFlow.Platform.Users;

/// <summary>
/// Repeats the deletion of the accounts of the last two days: what was on its way while the account went (a call that
/// ended later, a request of a process that had not heard yet) leaves nothing behind.
/// </summary>
internal sealed partial class ForgetAgain(IEnumerable<IForgets> modules, TimeProvider time, ILogger<ForgetAgain> logger)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Late = TimeSpan.FromDays(2);

    /// <summary>One round over every module of this process.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - Late;
        foreach (var module in modules)
            await module.AgainAsync(since, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
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
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "What is left of deleted accounts could not be looked for; trying again later"
        )]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
