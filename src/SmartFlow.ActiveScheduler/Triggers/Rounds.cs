using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.ActiveScheduler.Suggesting;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Features;

namespace SmartFlow.ActiveScheduler.Triggers;

/// <summary>
/// Each minute one of all hosts looks for what is at risk, and every host works on what is due. Both are bounded by
/// <see cref="ActiveSchedulerOptions.JobsPerRound"/>: what is left waits for the next round.
/// </summary>
internal sealed partial class Rounds(
    Queue queue,
    Suggest suggest,
    ConfirmSuggestion confirm,
    IPlanner planner,
    IWriter<ActiveSchedulerDb> writer,
    IDbContextFactory<ActiveSchedulerDb> databases,
    IOptions<ActiveSchedulerOptions> options,
    FeatureSwitches switches,
    TimeProvider clock,
    ILogger<Rounds> logger
) : BackgroundService
{
    private const int PagesMax = 40;
    private const int Page = 500;
    private static readonly string[] Kinds = ["urgent", "task_deadline", "item_deadline"];

    /// <summary>A change that was confirmed and is not made by then belongs to a process that died.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(1);

    private readonly string owner = Guid.CreateVersion7(clock.GetUtcNow()).ToString();

    /// <summary>Where the next look goes on, by kind: what was left in one round comes first in the next.</summary>
    private readonly Dictionary<string, ulong> cursors = [];

    /// <summary>One round: looked for, where this host holds the lease, and worked on.</summary>
    /// <returns>How many suggestions were made.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        if (!switches.IsOn(Feature.ActiveScheduler))
            return 0;
        if (await ScanLease.TakeAsync(writer, owner, clock.MicrosNow(), cancellationToken))
            await ScanAsync(cancellationToken);
        return await WorkAsync(cancellationToken);
    }

    /// <returns>How many triggers are new.</returns>
    private async Task<int> ScanAsync(CancellationToken cancellationToken)
    {
        var (left, found) = (options.Value.JobsPerRound, 0);
        foreach (var kind in Kinds)
            for (var page = 0; page < PagesMax && left > 0; page++)
            {
                var after = cursors.GetValueOrDefault(kind);
                var risks = await planner.ListAtRiskAsync(
                    new ListAtRiskRequest
                    {
                        Kind = kind,
                        Hours = options.Value.WindowHours,
                        After = after,
                        Limit = Page,
                    },
                    cancellationToken
                );
                foreach (var risk in risks.Items)
                {
                    if (left == 0)
                        break;
                    var added = await queue.RaiseAsync([Of(kind, risk)], cancellationToken);
                    (left, found) = (left - added, found + added);
                    cursors[kind] = risk.Id;
                }
                if (left == 0)
                    break;
                cursors[kind] = risks.NextAfter;
                if (risks.NextAfter == 0)
                    break;
            }
        return found;
    }

    private async Task<int> WorkAsync(CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        List<long> due;
        List<long> stuck;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            due = await db
                .Triggers.AsNoTracking()
                .Where(t => t.EndedAt == null && t.DueAt <= now && (t.ClaimedUntil == null || t.ClaimedUntil <= now))
                .OrderBy(t => t.DueAt)
                .ThenBy(t => t.Id)
                .Take(options.Value.JobsPerRound)
                .Select(t => t.Id)
                .ToListAsync(cancellationToken);
            var since = now - Stuck;
            stuck = await db
                .Suggestions.AsNoTracking()
                .Where(s => s.State == SuggestionState.Confirming && s.PickedAt <= since)
                .OrderBy(s => s.Id)
                .Take(options.Value.JobsPerRound)
                .Select(s => s.Id)
                .ToListAsync(cancellationToken);
        }
        foreach (var id in stuck)
            await confirm.GoOnAsync(id, cancellationToken);
        var made = 0;
        foreach (var id in due)
            if (await TryAsync(id, cancellationToken))
                made++;
        return made;
    }

    /// <summary>
    /// One that fails without a reason of its own does not hold up the others; it comes up again when its claim lapses.
    /// </summary>
    private async Task<bool> TryAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            return await suggest.RunAsync(id, cancellationToken) is not null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.TriggerFailed(logger, e, id);
            return false;
        }
    }

    private static Raised Of(string kind, AtRiskMessage risk)
    {
        var subject = new TriggerSubject
        {
            TaskId = kind == "item_deadline" ? 0 : risk.Id,
            ItemId = kind == "item_deadline" ? risk.Id : 0,
            Title = risk.Title,
        };
        return new Raised(
            risk.UserId,
            kind == "urgent" ? TriggerKinds.Urgent : TriggerKinds.Deadline,
            subject.Matter,
            risk.TimeZone,
            subject
        )
        {
            Mark = Thing.Of(risk, kind != "item_deadline").Mark,
        };
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ScanSeconds == 0)
            return;
        var woken = false;
        while (!stoppingToken.IsCancellationRequested)
            try
            {
                if (woken && switches.IsOn(Feature.ActiveScheduler))
                    await WorkAsync(stoppingToken);
                else
                    await RunAsync(stoppingToken);
                woken = await queue.WaitAsync(TimeSpan.FromSeconds(options.Value.ScanSeconds), stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
                woken = await queue.WaitAsync(TimeSpan.FromSeconds(options.Value.ScanSeconds), stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A round of the active scheduler failed; the next one tries again")]
        public static partial void Failed(ILogger logger, Exception e);

        [LoggerMessage(2, LogLevel.Error, "Nothing could be made of trigger {Trigger}; it comes up again")]
        public static partial void TriggerFailed(ILogger logger, Exception e, long trigger);
    }
}
