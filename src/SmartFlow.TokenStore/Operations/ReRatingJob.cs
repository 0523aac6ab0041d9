using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.TokenStore.Operations;

/// <summary>
/// Books a re-rating page by page. The page is booked first and noted then: a process that dies in between reads it
/// again, finds what it has booked among the corrections of each charge, and books nothing twice.
/// </summary>
internal sealed partial class ReRatingJob(
    IDbContextFactory<TokenStoreDb> databases,
    IWriter<TokenStoreDb> writer,
    ReRatingScan scan,
    CorrectionGate gate,
    LedgerWorker ledger,
    IOptions<TokenStoreOptions> options,
    TimeProvider time,
    ILogger<ReRatingJob> logger
) : BackgroundService
{
    public const string Source = "rerate";
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim wake = new(0, 1);

    public void Wake()
    {
        if (wake.CurrentCount == 0)
            wake.Release();
    }

    /// <param name="run">Gets the charge counted.</param>
    /// <param name="charge">Of the run's period.</param>
    /// <param name="bookedMicros">Positive: given back.</param>
    public static void Count(ReRating run, ReRatedCharge charge, long bookedMicros)
    {
        run.Seen++;
        if (charge.Price is null && bookedMicros == 0)
            run.Skipped++;
        if (bookedMicros == 0)
            return;
        run.Corrected++;
        if (bookedMicros > 0)
            run.DownMicros = checked(run.DownMicros + bookedMicros);
        else
            run.UpMicros = checked(run.UpMicros - bookedMicros);
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await StepAsync(stoppingToken))
                    FaultPoint.Reach("rerate.page");
                await wake.WaitAsync(Poll, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Log.StepFailed(logger, e);
                await Task.Delay(Poll, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <returns>Whether a page was done.</returns>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        await using (var look = await databases.CreateDbContextAsync(cancellationToken))
            if (!await look.ReRatings.AnyAsync(r => r.Status == ReRating.Running, cancellationToken))
                return false;
        await using var entered = await gate.EnterAsync(cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var run = await db
            .ReRatings.AsNoTracking()
            .Where(r => r.Status == ReRating.Running)
            .OrderBy(r => r.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (run is null)
            return false;
        try
        {
            await PageAsync(run, cancellationToken);
        }
        catch (Exception e)
            when (e is RefusedException { Code: var code } && code != ErrorCodes.Unavailable || e is OverflowException)
        {
            (run.Status, run.Error) = (ReRating.Failed, e.Message.Length > 500 ? e.Message[..500] : e.Message);
        }
        await NoteAsync(run, cancellationToken);
        return true;
    }

    private async Task PageAsync(ReRating run, CancellationToken cancellationToken)
    {
        var page = await scan.ReadAsync(
            run,
            run.Cursor,
            await scan.PricesAsync(run, cancellationToken),
            cancellationToken
        );
        var booked = await Task.WhenAll(page.Charges.Select(c => BookAsync(run, c)));
        FaultPoint.Reach("rerate.booked");
        for (var i = 0; i < booked.Length; i++)
            Count(run, page.Charges[i], booked[i]);
        run.Cursor = page.Last;
        if (!page.More)
            run.Status = ReRating.Done;
        else if (run.Seen > options.Value.ReRatingChargeLimit)
            (run.Status, run.Error) = (
                ReRating.Failed,
                $"More than {options.Value.ReRatingChargeLimit} charges: the rest needs a run of its own."
            );
    }

    /// <returns>What this run has booked for the charge, now or before a crash.</returns>
    private async Task<long> BookAsync(ReRating run, ReRatedCharge charge)
    {
        if (charge.DifferenceMicros == 0 || charge.Price is null)
            return charge.BookedMicros;
        var decision = await ledger.SubmitAsync(Command(run, charge, charge.Price));
        if (decision.Outcome is LedgerOutcome.Applied or LedgerOutcome.Repeated)
            return charge.BookedMicros + charge.DifferenceMicros;
        Log.NotBooked(logger, charge.TransactionId, decision.Outcome);
        return charge.BookedMicros;
    }

    private static Post Command(ReRating run, ReRatedCharge charge, FrozenPrice price)
    {
        var note = new OperatorNote
        {
            OperatorId = (ulong)run.OperatorId,
            Reason = run.Reason,
            OfTransaction = charge.TransactionId,
            ReRating = run.Id,
            Scene = charge.Call.Scene,
            ProviderName = charge.Call.ProviderName,
            ModelName = charge.Call.ModelName,
            PriceRuleId = price.RuleId,
            PriceRuleVersion = price.Version,
        };
        return new Post(
            charge.AccountId,
            Kinds.Refund,
            ReRatingKey.Of(charge.TransactionId, charge.Corrections + 1),
            charge.DifferenceMicros,
            Source,
            SystemAccounts.UsageRevenue,
            run.Reason,
            note.ToJson(),
            new Consumption(charge.Call.Scene, charge.Call.ProviderName, charge.Call.ModelName, Tokens: 0, Calls: 0)
        );
    }

    private Task NoteAsync(ReRating run, CancellationToken cancellationToken)
    {
        run.UpdatedAt = time.GetUtcNow();
        return writer.SaveAsync(
            (db, _) =>
            {
                db.ReRatings.Update(run);
                return Task.CompletedTask;
            },
            cancellationToken
        );
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A page of a re-rating failed; trying again")]
        public static partial void StepFailed(ILogger logger, Exception e);

        [LoggerMessage(2, LogLevel.Warning, "The charge {TransactionId} was not corrected: {Outcome}")]
        public static partial void NotBooked(ILogger logger, long transactionId, LedgerOutcome outcome);
    }
}
