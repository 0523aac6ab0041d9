using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartFlow.ActiveScheduler.Suggesting;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.ActiveScheduler.Suggestions;

/// <summary>
/// POST previews/{id}/confirm, by the suggestion's id: carries one candidate out, once; its repeat gets the same
/// answer. Refusals: not_found; invalid_argument; conflict with the rule: ended, expired, other_candidate, settled (the
/// matter is none any more), week_changed (what it was made from has changed, and it is made anew).
/// </summary>
internal sealed partial class ConfirmSuggestion(
    IPlanner planner,
    Find find,
    Queue queue,
    IWriter<ActiveSchedulerDb> writer,
    IDbContextFactory<ActiveSchedulerDb> databases,
    TimeProvider clock,
    ILogger<ConfirmSuggestion> logger
)
{
    /// <param name="CandidateId">Of one of its candidates.</param>
    internal sealed record Request(string CandidateId);

    public static void Map(RouteGroupBuilder group) =>
        group
            .MapPost(
                "/previews/{id:long}/confirm",
                async Task<Ok<SuggestionView>> (
                    long id,
                    Request request,
                    ClaimsPrincipal user,
                    ConfirmSuggestion confirm,
                    CancellationToken cancellationToken
                ) =>
                    TypedResults.Ok(
                        await confirm.HandleAsync(user.UserId(), id, request.CandidateId, cancellationToken)
                    )
            )
            .WithIdempotency<ActiveSchedulerDb>(required: true)
            .WithName("ConfirmSuggestion")
            .WithSummary("Carry a suggestion out");

    public async Task<SuggestionView> HandleAsync(
        ulong userId,
        long id,
        string candidate,
        CancellationToken cancellationToken
    )
    {
        var (suggestion, trigger) = await ReadAsync(userId, id, cancellationToken);
        if (suggestion.ReadCandidates().All(c => c.Id != candidate))
            throw RefusedException.Field("candidate_id", "is none of the suggestion's");
        if (suggestion.Picked is { } picked && picked != candidate)
            throw Refuse("other_candidate", "Another candidate was confirmed already.");
        if (suggestion.State == SuggestionState.Confirmed)
            return View(suggestion);
        if (suggestion.State != SuggestionState.Confirming)
        {
            // :: Step 1: it still waits, and its matter still stands.
            CheckOpen(suggestion);
            if (!await find.StandsAsync(trigger, cancellationToken))
            {
                await LeaveAsync(suggestion, again: false, cancellationToken);
                throw Refuse("settled", "This has settled itself meanwhile. Nothing was changed.");
            }
            // :: Step 2: the word is kept, so that whoever goes on after a crash says the same.
            suggestion = await PickAsync(suggestion, candidate, cancellationToken);
        }
        FaultPoint.Reach("suggestion.picked");
        // :: Step 3: the planner makes the change under the suggestion's key, and it is noted.
        return View(await CarryOutAsync(suggestion, trigger, cancellationToken));
    }

    /// <summary>One that was confirmed by a process that died before it could finish.</summary>
    public async Task GoOnAsync(long id, CancellationToken cancellationToken)
    {
        try
        {
            var (suggestion, trigger) = await ReadAsync(null, id, cancellationToken);
            if (suggestion.State == SuggestionState.Confirming)
                await CarryOutAsync(suggestion, trigger, cancellationToken);
        }
        catch (RefusedException e)
        {
            Log.NotYet(logger, e, id);
        }
    }

    private async Task<Suggestion> PickAsync(
        Suggestion suggestion,
        string candidate,
        CancellationToken cancellationToken
    )
    {
        var now = clock.MicrosNow();
        await writer.WriteAsync(
            (db, token) =>
                db
                    .Suggestions.Where(s =>
                        s.Id == suggestion.Id && s.State == SuggestionState.Open && s.ExpiresAt > now
                    )
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(x => x.State, SuggestionState.Confirming)
                                .SetProperty(x => x.Picked, candidate)
                                .SetProperty(x => x.PickedAt, now),
                        token
                    ),
            cancellationToken
        );
        var (kept, _) = await ReadAsync(suggestion.UserId, suggestion.Id, cancellationToken);
        // Somebody else may have been first: with the same word, which is as good, or with another.
        if (kept.Picked is { } picked && picked != candidate)
            throw Refuse("other_candidate", "Another candidate was confirmed already.");
        if (kept.State is not (SuggestionState.Confirming or SuggestionState.Confirmed))
            CheckOpen(kept);
        return kept;
    }

    private async Task<Suggestion> CarryOutAsync(
        Suggestion suggestion,
        Trigger trigger,
        CancellationToken cancellationToken
    )
    {
        if (suggestion.State == SuggestionState.Confirmed)
            return suggestion;
        var candidate = suggestion.ReadCandidates().Single(c => c.Id == suggestion.Picked);
        try
        {
            await ChangeAsync(suggestion, candidate, cancellationToken);
        }
        catch (RefusedException e) when (e.Code != ErrorCodes.Unavailable)
        {
            await LeaveAsync(suggestion, again: true, cancellationToken);
            throw Refuse(
                "week_changed",
                "The week changed meanwhile, so nothing was changed. A new suggestion is being made.",
                e
            );
        }
        FaultPoint.Reach("suggestion.changed");
        if (candidate.RemindAt is { } at)
            await RemindAsync(suggestion, trigger, at, cancellationToken);
        var now = clock.MicrosNow();
        await writer.WriteAsync(
            async (db, token) =>
            {
                if (candidate.Kind == CandidateKinds.Close)
                    await DismissSuggestion.MuteAsync(db, suggestion, null, token);
                return await db
                    .Suggestions.Where(s => s.Id == suggestion.Id && s.State == SuggestionState.Confirming)
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(x => x.State, SuggestionState.Confirmed).SetProperty(x => x.EndedAt, now),
                        token
                    );
            },
            cancellationToken
        );
        return (await ReadAsync(suggestion.UserId, suggestion.Id, cancellationToken)).Suggestion;
    }

    private async Task ChangeAsync(Suggestion suggestion, Candidate candidate, CancellationToken cancellationToken)
    {
        if (candidate.PreviewId.Length > 0)
        {
            await planner.ApplyPlanAsync(
                new ApplyPlanRequest
                {
                    UserId = suggestion.UserId,
                    PreviewId = candidate.PreviewId,
                    IdempotencyKey = suggestion.ChangeKey,
                },
                cancellationToken
            );
            return;
        }
        if (candidate.Moves.Count == 0)
            return;
        var request = Horizon.RequestOf(suggestion.UserId, candidate.Moves, suggestion.BaseVersion);
        request.IdempotencyKey = suggestion.ChangeKey;
        await planner.ChangeScheduleAsync(request, cancellationToken);
    }

    private Task<int> RemindAsync(
        Suggestion suggestion,
        Trigger trigger,
        DateTimeOffset at,
        CancellationToken cancellationToken
    ) =>
        queue.RaiseAsync(
            [
                new Raised(
                    suggestion.UserId,
                    TriggerKinds.Remind,
                    $"remind:{suggestion.Id}",
                    "",
                    trigger.Read() with
                    {
                        Title = suggestion.Title,
                    }
                )
                {
                    DueAt = at,
                },
            ],
            cancellationToken
        );

    /// <summary>Nothing comes of it; a matter that still stands is looked at anew.</summary>
    private async Task LeaveAsync(Suggestion suggestion, bool again, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        await writer.WriteAsync(
            async (db, token) =>
            {
                var left = await db
                    .Suggestions.Where(s =>
                        s.Id == suggestion.Id
                        && (s.State == SuggestionState.Open || s.State == SuggestionState.Confirming)
                    )
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(x => x.State, SuggestionState.Outdated).SetProperty(x => x.EndedAt, now),
                        token
                    );
                return left == 1 && again ? await Queue.AgainAsync(db, suggestion.TriggerId, now, 0, token) : left;
            },
            cancellationToken
        );
        if (again)
            queue.Wake();
    }

    private void CheckOpen(Suggestion suggestion)
    {
        if (suggestion.State == SuggestionState.Open && suggestion.ExpiresAt <= clock.MicrosNow())
            throw Refuse("expired", "The suggestion is older than its time. Nothing was changed.");
        if (suggestion.State != SuggestionState.Open)
            throw Refuse("ended", "The suggestion has ended. Nothing was changed.");
    }

    private async Task<(Suggestion Suggestion, Trigger Trigger)> ReadAsync(
        ulong? userId,
        long id,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var suggestion = userId is { } user
            ? await ListSuggestions.FindAsync(db, user, id, cancellationToken)
            : await db.Suggestions.AsNoTracking().SingleAsync(s => s.Id == id, cancellationToken);
        return (
            suggestion,
            await db
                .Triggers.AsNoTracking()
                .SingleAsync(t => t.Id == suggestion.TriggerId && t.UserId == suggestion.UserId, cancellationToken)
        );
    }

    private SuggestionView View(Suggestion suggestion) => SuggestionView.Of(suggestion, clock.MicrosNow());

    internal static RefusedException Refuse(string rule, string detail, RefusedException? cause = null)
    {
        var extensions = new Dictionary<string, object?> { ["rule"] = rule };
        if (cause is not null && Horizon.RuleOf(cause) is { Length: > 0 } why)
            extensions["cause"] = why;
        return new RefusedException(ErrorCodes.Conflict, detail, extensions: extensions);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Suggestion {Suggestion} was confirmed and is not carried out yet")]
        public static partial void NotYet(ILogger logger, Exception e, long suggestion);
    }
}
