using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.ActiveScheduler.Suggestions;

/// <summary>
/// POST previews/{id}/snooze, by the suggestion's id: the matter is looked at anew after so many minutes, and not
/// before. Twice is as once. Refusals: invalid_argument, not_found; conflict (ended).
/// </summary>
internal static class SnoozeSuggestion
{
    private const int MinutesLeast = 10;
    private const int MinutesMost = 10_080;

    /// <param name="Minutes">10 to 10080, a week.</param>
    internal sealed record Request(int Minutes);

    public static void Map(RouteGroupBuilder group) =>
        group.MapPost("/previews/{id:long}/snooze", HandleAsync).WithName("SnoozeSuggestion").WithSummary("Later");

    private static async Task<NoContent> HandleAsync(
        long id,
        Request request,
        ClaimsPrincipal user,
        IWriter<ActiveSchedulerDb> writer,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (request.Minutes is < MinutesLeast or > MinutesMost)
            throw RefusedException.Field("minutes", $"must be between {MinutesLeast} and {MinutesMost}");
        var (userId, now) = (user.UserId(), clock.MicrosNow());
        await writer.WriteAsync(
            async (db, token) =>
            {
                var suggestion = await ListSuggestions.FindAsync(db, userId, id, token);
                if (suggestion.State == SuggestionState.Snoozed)
                    return 0;
                if (suggestion.State != SuggestionState.Open)
                    throw ConfirmSuggestion.Refuse("ended", "The suggestion has ended already.");
                var until = now.AddMinutes(request.Minutes);
                await DismissSuggestion.MuteAsync(db, suggestion, until, token);
                await Queue.AgainAsync(db, suggestion.TriggerId, until, 0, token);
                return await db
                    .Suggestions.Where(s => s.Id == id && s.UserId == userId && s.State == SuggestionState.Open)
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(x => x.State, SuggestionState.Snoozed).SetProperty(x => x.EndedAt, now),
                        token
                    );
            },
            cancellationToken
        );
        return TypedResults.NoContent();
    }
}
