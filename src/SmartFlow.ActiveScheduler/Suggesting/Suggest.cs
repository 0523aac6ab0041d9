using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>
/// The story of one trigger: claimed by one of all hosts, its truth read again, candidates found and kept, one put
/// first, and the user told. A process that dies in between is followed by another after the claim's time, which goes
/// on where it stood.
/// </summary>
internal sealed partial class Suggest(
    Queue queue,
    Find find,
    Choose choose,
    IWriter<ActiveSchedulerDb> writer,
    IDbContextFactory<ActiveSchedulerDb> databases,
    OutboxSignal<ActiveSchedulerDb> outbox,
    IOptions<ActiveSchedulerOptions> options,
    TimeProvider clock,
    ILogger<Suggest> logger
)
{
    private const int AttemptsMax = 5;
    private static readonly TimeSpan Busy = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <returns>The suggestion that was made; null: none.</returns>
    public async Task<Suggestion?> RunAsync(long triggerId, CancellationToken cancellationToken)
    {
        // :: Step 1: one of all hosts.
        if (!await queue.ClaimAsync(triggerId, cancellationToken))
            return null;
        var trigger = await ReadAsync(triggerId, cancellationToken);
        // Whoever worked on it died or failed without a word, again and again.
        if (trigger.Attempts > AttemptsMax)
        {
            await EndAsync(trigger, "failed", cancellationToken);
            return null;
        }
        try
        {
            // :: Step 2: what another process had kept before it died, else what could be done now.
            var suggestion = await KeptAsync(trigger, cancellationToken) ?? await MakeAsync(trigger, cancellationToken);
            if (suggestion is null)
                return null;
            // :: Step 3: which comes first.
            var choice = await choose.AskAsync(suggestion, cancellationToken);
            FaultPoint.Reach("suggestion.chosen");
            // :: Step 4: it is there, and its user is told.
            return await OpenAsync(trigger, suggestion, choice, cancellationToken);
        }
        catch (RefusedException e)
        {
            await LetGoAsync(trigger, e, cancellationToken);
            return null;
        }
    }

    private async Task<Suggestion?> MakeAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        if (trigger.Kind == TriggerKinds.Remind)
            return await TellAgainAsync(trigger, cancellationToken);
        if (await WaitsAsync(trigger, cancellationToken))
            return null;
        if (await find.FindAsync(trigger, cancellationToken) is not { } found)
        {
            await EndAsync(trigger, "settled", cancellationToken);
            return null;
        }
        var now = clock.MicrosNow();
        var asks =
            options.Value.AskModel
            && (trigger.Kind is TriggerKinds.Tired or TriggerKinds.Missed || options.Value.AskModelUnasked)
            && found.Candidates.Count > 1
            && await MayAskAsync(trigger.UserId, now, cancellationToken);
        var made = new Suggestion
        {
            UserId = trigger.UserId,
            TriggerId = trigger.Id,
            Kind = trigger.Kind,
            Matter = trigger.Matter,
            Mark = found.Mark,
            Title = found.Title,
            Language = trigger.Language.Length > 0 ? trigger.Language : LanguageOf(found.Title),
            State = SuggestionState.Choosing,
            BaseVersion = found.Version,
            Candidates = Suggestion.Write(found.Candidates),
            Recommended = found.Candidates[0].Id,
            ModelAsked = asks,
            CreatedAt = now,
            ExpiresAt = now.AddMinutes(options.Value.SuggestionMinutes),
        };
        try
        {
            return await writer.WriteAsync(
                async (db, token) =>
                {
                    made.Id = 0;
                    db.Suggestions.Add(made);
                    await db.SaveChangesAsync(token);
                    return made;
                },
                cancellationToken
            );
        }
        catch (Exception e) when (UniqueViolation.Is(e))
        {
            await EndAsync(trigger, "covered", cancellationToken);
            return null;
        }
    }

    /// <summary>
    /// There is one about this matter already, or the user has enough to decide: it ends, or it waits.
    /// </summary>
    private async Task<bool> WaitsAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var live = await db
            .Suggestions.AsNoTracking()
            .Where(LiveAt(now))
            .Where(s => s.UserId == trigger.UserId)
            .Select(s => s.Matter)
            .ToListAsync(cancellationToken);
        if (live.Contains(trigger.Matter))
        {
            await EndAsync(trigger, "covered", cancellationToken);
            return true;
        }
        // What has run out makes room for the next about its matter.
        await writer.WriteAsync(
            (w, token) =>
                w
                    .Suggestions.Where(s =>
                        s.UserId == trigger.UserId
                        && s.ExpiresAt <= now
                        && (s.State == SuggestionState.Open || s.State == SuggestionState.Choosing)
                    )
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(x => x.State, SuggestionState.Expired)
                                .SetProperty(x => x.EndedAt, x => (DateTimeOffset?)x.ExpiresAt),
                        token
                    ),
            cancellationToken
        );
        if (live.Count < options.Value.OpenPerUser || trigger.Kind == TriggerKinds.Tired)
            return false;
        await AgainAsync(trigger, now + Busy, 0, cancellationToken);
        return true;
    }

    /// <summary>Those that wait for a word at a moment; one whose time is over does not.</summary>
    internal static System.Linq.Expressions.Expression<Func<Suggestion, bool>> LiveAt(DateTimeOffset now) =>
        s =>
            s.State == SuggestionState.Confirming
            || ((s.State == SuggestionState.Open || s.State == SuggestionState.Choosing) && s.ExpiresAt > now);

    private async Task<bool> MayAskAsync(ulong userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var since = now - Day;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Suggestions.CountAsync(
                s => s.UserId == userId && s.ModelAsked && s.CreatedAt > since,
                cancellationToken
            ) < options.Value.ModelCallsPerDay;
    }

    /// <summary>The one that a process had kept when it died; not once its time is over.</summary>
    private async Task<Suggestion?> KeptAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .Suggestions.AsNoTracking()
            .FirstOrDefaultAsync(
                s => s.TriggerId == trigger.Id && s.State == SuggestionState.Choosing && s.ExpiresAt > now,
                cancellationToken
            );
    }

    private async Task<Suggestion?> OpenAsync(
        Trigger trigger,
        Suggestion suggestion,
        Choice choice,
        CancellationToken cancellationToken
    )
    {
        var now = clock.MicrosNow();
        var opened = await writer.WriteAsync<Suggestion?>(
            async (db, token) =>
            {
                var row = await db.Suggestions.SingleOrDefaultAsync(
                    s => s.Id == suggestion.Id && s.State == SuggestionState.Choosing,
                    token
                );
                if (row is null)
                    return null;
                row.State = SuggestionState.Open;
                row.Recommended = choice.Candidate;
                row.ChosenBy = choice.ByModel ? "model" : "rules";
                (row.Explanation, row.CreditMicros) = (choice.Why, choice.CreditMicros);
                // Who asked for it sees it come.
                if (trigger.Kind != TriggerKinds.Tired)
                    Publish(db, row, now);
                await Queue.EndAsync(db, trigger.Id, "suggested", now, token);
                await db.SaveChangesAsync(token);
                return row;
            },
            cancellationToken
        );
        if (opened is not null)
            outbox.Notify();
        return opened;
    }

    /// <summary>A reminder that the user chose instead of a change; told where the matter still stands.</summary>
    private async Task<Suggestion?> TellAgainAsync(Trigger trigger, CancellationToken cancellationToken)
    {
        if (!await find.IsOpenAsync(trigger, cancellationToken))
        {
            await EndAsync(trigger, "settled", cancellationToken);
            return null;
        }
        var now = clock.MicrosNow();
        await writer.SaveAsync(
            async (db, token) =>
            {
                db.Publish(
                    $"suggestion-reminder:{trigger.Id}",
                    EventNames.ActiveSchedulerSuggested,
                    trigger.UserId,
                    new ActiveSchedulerSuggested
                    {
                        UserId = trigger.UserId,
                        SuggestionId = 0,
                        Kind = TriggerKinds.Remind,
                        Title = trigger.Read().Title,
                    },
                    now
                );
                await Queue.EndAsync(db, trigger.Id, "reminded", now, token);
            },
            cancellationToken
        );
        outbox.Notify();
        return null;
    }

    private static void Publish(ActiveSchedulerDb db, Suggestion row, DateTimeOffset now) =>
        db.Publish(
            $"suggestion:{row.Id}",
            EventNames.ActiveSchedulerSuggested,
            row.UserId,
            new ActiveSchedulerSuggested
            {
                UserId = row.UserId,
                SuggestionId = row.Id,
                Kind = row.Kind,
                Title = row.Title,
            },
            now
        );

    private async Task LetGoAsync(Trigger trigger, RefusedException e, CancellationToken cancellationToken)
    {
        if (trigger.Attempts >= AttemptsMax)
            await EndAsync(trigger, "failed", cancellationToken);
        else
            await AgainAsync(
                trigger,
                clock.MicrosNow().AddSeconds(15 * trigger.Attempts),
                trigger.Attempts,
                cancellationToken
            );
        Log.LetGo(logger, e, trigger.Id, trigger.Attempts);
    }

    private async Task<Trigger> ReadAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Triggers.AsNoTracking().SingleAsync(t => t.Id == id, cancellationToken);
    }

    private Task<int> EndAsync(Trigger trigger, string outcome, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            (db, token) => Queue.EndAsync(db, trigger.Id, outcome, clock.MicrosNow(), token),
            cancellationToken
        );

    private Task<int> AgainAsync(
        Trigger trigger,
        DateTimeOffset dueAt,
        int attempts,
        CancellationToken cancellationToken
    ) => writer.WriteAsync((db, token) => Queue.AgainAsync(db, trigger.Id, dueAt, attempts, token), cancellationToken);

    private static string LanguageOf(string title) => title.Any(c => c is >= '\u4e00' and <= '\u9fff') ? "zh" : "en";

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Trigger {Trigger} was let go after attempt {Attempt}")]
        public static partial void LetGo(ILogger logger, Exception e, long trigger, int attempt);
    }
}
