using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Data;
using SmartFlow.UserAuth.Recovery;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>
/// Deletes sessions a day after they expired or would have, and refresh tokens that have expired. A token that is gone
/// is refused like one that is expired.
/// </summary>
internal sealed class SessionCleanUp(IWriter<UserAuthDb> writer, TimeProvider time, ILogger<SessionCleanUp> logger)
    : BackgroundService
{
    private const int Limit = 1_000;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    /// <summary>One round.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await CleanUp.WhileFullAsync(
            Limit,
            stop => writer.WriteAsync((db, token) => SessionsAsync(db, now - Kept, token), stop),
            cancellationToken
        );
        await writer.DeleteOldestAsync(
            db => db.Links.Where(l => l.CreatedAt < now - AccountLinks.Kept && l.ExpiresAt < now),
            l => l.CreatedAt,
            Limit,
            cancellationToken
        );
        await writer.DeleteOldestAsync(
            db => db.RefreshTokens.Where(t => t.ExpiresAt < now),
            t => t.ExpiresAt,
            Limit,
            cancellationToken
        );
    }

    private static async Task<int> SessionsAsync(
        UserAuthDb db,
        DateTimeOffset before,
        CancellationToken cancellationToken
    )
    {
        var ended = await db
            .Sessions.Where(s => s.ExpiresAt < before)
            .OrderBy(s => s.ExpiresAt)
            .Take(Limit)
            .Select(s => s.Id)
            .ToListAsync(cancellationToken);
        await db.RefreshTokens.Where(t => ended.Contains(t.SessionId)).ExecuteDeleteAsync(cancellationToken);
        return await db.Sessions.Where(s => ended.Contains(s.Id)).ExecuteDeleteAsync(cancellationToken);
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
                logger.CleanUpFailed(e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}

internal static partial class SessionCleanUpLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Ended sessions could not be deleted; trying again later")]
    public static partial void CleanUpFailed(this ILogger logger, Exception exception);
}
