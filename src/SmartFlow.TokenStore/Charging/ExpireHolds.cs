using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Charging;

/// <summary>Gives back holds whose owner has not renewed them in time; the fold checks the expiry again.</summary>
internal sealed partial class ExpireHolds(
    LedgerWorker ledger,
    IDbContextFactory<TokenStoreDb> factory,
    IOptions<TokenStoreOptions> options,
    TimeProvider time,
    ILogger<ExpireHolds> logger
) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Value.HoldSweepSeconds), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                if (!stoppingToken.IsCancellationRequested)
                    await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                Log.SweepFailed(logger, e);
            }
        }
    }

    /// <returns>How many were given back.</returns>
    public async Task<long> SweepAsync(CancellationToken cancellationToken)
    {
        var released = await CleanUp.WhileFullAsync(options.Value.HoldSweepLimit, ReleaseAsync, cancellationToken);
        if (released > 0)
            Log.Expired(logger, released);
        return released;
    }

    private async Task<int> ReleaseAsync(CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var expired = await db
            .Holds.AsNoTracking()
            .Where(h => h.ExpiresAt <= now)
            .OrderBy(h => h.ExpiresAt)
            .Take(options.Value.HoldSweepLimit)
            .Select(h => new { h.AccountId, h.EventId })
            .ToListAsync(cancellationToken);
        var decisions = await Task.WhenAll(expired.Select(h => ledger.SubmitAsync(new Expire(h.AccountId, h.EventId))));
        return decisions.Count(d => d.Outcome == LedgerOutcome.Applied);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Expired holds could not be given back; trying again")]
        public static partial void SweepFailed(ILogger logger, Exception e);

        [LoggerMessage(2, LogLevel.Information, "{Count} expired holds were given back")]
        public static partial void Expired(ILogger logger, long count);
    }
}
