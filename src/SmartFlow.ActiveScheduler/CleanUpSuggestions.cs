using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.Platform.Data;

namespace SmartFlow.ActiveScheduler;

/// <summary>Closes what nobody said a word on in time, and deletes what has ended long ago.</summary>
internal sealed partial class CleanUpSuggestions(
    IWriter<ActiveSchedulerDb> writer,
    IOptions<ActiveSchedulerOptions> options,
    TimeProvider clock,
    ILogger<CleanUpSuggestions> logger
) : BackgroundService
{
    private const int Limit = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);

    /// <summary>One round.</summary>
    public async Task<long> RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        await writer.WriteAsync(
            (db, token) =>
                db
                    .Suggestions.Where(s =>
                        s.ExpiresAt <= now && (s.State == SuggestionState.Open || s.State == SuggestionState.Choosing)
                    )
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(x => x.State, SuggestionState.Expired)
                                .SetProperty(x => x.EndedAt, x => (DateTimeOffset?)x.ExpiresAt),
                        token
                    ),
            cancellationToken
        );
        var since = now.AddDays(-options.Value.KeptDays);
        var gone = await writer.DeleteOldestAsync(
            db => db.Suggestions.Where(s => s.EndedAt != null && s.EndedAt < since),
            s => s.EndedAt!.Value,
            Limit,
            cancellationToken
        );
        // A trigger whose suggestion is kept is needed for a word on it.
        gone += await writer.DeleteOldestAsync(
            db =>
                db.Triggers.Where(t =>
                    t.EndedAt != null && t.EndedAt < since && !db.Suggestions.Any(s => s.TriggerId == t.Id)
                ),
            t => t.EndedAt!.Value,
            Limit,
            cancellationToken
        );
        return gone
            + await writer.WriteAsync(
                (db, token) => db.Mutes.Where(m => m.Until != null && m.Until < since).ExecuteDeleteAsync(token),
                cancellationToken
            );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
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
        [LoggerMessage(1, LogLevel.Warning, "Ended suggestions could not be deleted; trying again later")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
