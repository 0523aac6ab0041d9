using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.ActiveScheduler.Suggesting;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.ActiveScheduler.Suggestions;

/// <summary>
/// POST trigger: the user is tired. Answers with what could give way, or with nothing where nothing stands in the
/// coming hours. One that waits for a word already is given again. Refusals: invalid_argument.
/// </summary>
internal sealed class Pause(
    Queue queue,
    Suggest suggest,
    IPlanner planner,
    IDbContextFactory<ActiveSchedulerDb> databases,
    TimeProvider clock
)
{
    private const string Matter = "tired";
    private const int PerDayMax = 50;

    /// <param name="Kind">tired, which is all that users say; absent: that.</param>
    /// <param name="Language">zh-CN or en; absent: by what stands in the week.</param>
    internal sealed record Request(string? Kind, string? Language);

    /// <param name="Suggestion">Null: nothing stands in the coming hours that could give way.</param>
    internal sealed record Outcome(SuggestionView? Suggestion);

    public static void Map(RouteGroupBuilder group) =>
        group
            .MapPost(
                "/trigger",
                async Task<Ok<Outcome>> (
                    Request request,
                    ClaimsPrincipal user,
                    Pause pause,
                    TimeProvider clock,
                    CancellationToken cancellationToken
                ) =>
                {
                    if (request.Kind is not (null or TriggerKinds.Tired))
                        throw RefusedException.Field("kind", $"must be {TriggerKinds.Tired}");
                    if (request.Language is not (null or "zh-CN" or "en"))
                        throw RefusedException.Field("language", "must be one of zh-CN, en");
                    var language =
                        request.Language is null ? ""
                        : request.Language == "en" ? "en"
                        : "zh";
                    var made = await pause.HandleAsync(user.UserId(), language, cancellationToken);
                    return TypedResults.Ok(
                        new Outcome(
                            made.Suggestion is null ? null : SuggestionView.Of(made.Suggestion, clock.MicrosNow())
                        )
                    );
                }
            )
            .WithIdempotency<ActiveSchedulerDb>(required: true)
            .WithName("Pause")
            .WithSummary("I am tired");

    /// <returns>What waits for a word, and whether it was made just now.</returns>
    public async Task<(Suggestion? Suggestion, bool Made)> HandleAsync(
        ulong userId,
        string language,
        CancellationToken cancellationToken
    )
    {
        if (await LiveAsync(userId, cancellationToken) is { } live)
            return (live, false);
        var zone = (await planner.GetScheduleAsync(new GetScheduleRequest { UserId = userId }, cancellationToken))
            .Term
            .TimeZone;
        var raised = new Raised(userId, TriggerKinds.Tired, Matter, zone, new TriggerSubject()) { Language = language };
        var key = Queue.KeyOf(raised, clock.MicrosNow());
        var earlier = await CountAsync(key, cancellationToken);
        if (earlier >= PerDayMax)
            throw new RefusedException(ErrorCodes.LimitReached, "That was said often enough today.");
        // Of two that are asked for at once one is made: the other has the same number.
        raised = raised with { More = earlier.ToString(System.Globalization.CultureInfo.InvariantCulture) };
        await queue.RaiseAsync([raised], cancellationToken);
        var made = await suggest.RunAsync(
            await IdOfAsync(Queue.KeyOf(raised, clock.MicrosNow()), cancellationToken),
            cancellationToken
        );
        return made is null ? (await LiveAsync(userId, cancellationToken), false) : (made, true);
    }

    private async Task<Suggestion?> LiveAsync(ulong userId, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ListSuggestions
            .Own(db, userId, open: true, now)
            .FirstOrDefaultAsync(s => s.Matter == Matter && s.State == SuggestionState.Open, cancellationToken);
    }

    private async Task<int> CountAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var first = key + ":";
        return await db.Triggers.CountAsync(t => t.Key.StartsWith(first) && t.EndedAt != null, cancellationToken);
    }

    private async Task<long> IdOfAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Triggers.Where(t => t.Key == key).Select(t => t.Id).FirstOrDefaultAsync(cancellationToken);
    }
}
