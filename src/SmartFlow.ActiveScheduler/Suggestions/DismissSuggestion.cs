using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.ActiveScheduler.Suggestions;

/// <summary>
/// POST previews/{id}/dismiss, by the suggestion's id: nothing is done, and the same matter is not raised again as long
/// as it looks the same. Twice is as once. Refusals: not_found; conflict (ended).
/// </summary>
internal static class DismissSuggestion
{
    public static void Map(RouteGroupBuilder group) =>
        group
            .MapPost("/previews/{id:long}/dismiss", HandleAsync)
            .WithName("DismissSuggestion")
            .WithSummary("Not this one");

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<ActiveSchedulerDb> writer,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = (user.UserId(), clock.MicrosNow());
        await writer.WriteAsync(
            async (db, token) =>
            {
                var suggestion = await ListSuggestions.FindAsync(db, userId, id, token);
                if (suggestion.State == SuggestionState.Dismissed)
                    return 0;
                if (
                    suggestion.State
                    is not (SuggestionState.Open or SuggestionState.Expired or SuggestionState.Outdated)
                )
                    throw ConfirmSuggestion.Refuse("ended", "The suggestion has ended already.");
                await MuteAsync(db, suggestion, null, token);
                return await db
                    .Suggestions.Where(s => s.Id == id && s.UserId == userId && s.State == suggestion.State)
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(x => x.State, SuggestionState.Dismissed).SetProperty(x => x.EndedAt, now),
                        token
                    );
            },
            cancellationToken
        );
        return TypedResults.NoContent();
    }

    /// <summary>
    /// Remembers what a user does not want to hear of, until then or for good; the newest word counts.
    /// </summary>
    public static Task<int> MuteAsync(
        ActiveSchedulerDb db,
        Suggestion suggestion,
        DateTimeOffset? until,
        CancellationToken cancellationToken
    )
    {
        var user = (long)suggestion.UserId;
        if (until is not { } end)
            return db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO mutes (user_id, matter, until, mark) VALUES ({user}, {suggestion.Matter}, NULL, {suggestion.Mark})
                ON CONFLICT (user_id, matter) DO UPDATE SET until = excluded.until, mark = excluded.mark
                """,
                cancellationToken
            );
        return db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO mutes (user_id, matter, until, mark) VALUES ({user}, {suggestion.Matter}, {UnixMicros.From(
                end
            )}, {suggestion.Mark})
            ON CONFLICT (user_id, matter) DO UPDATE SET until = excluded.until, mark = excluded.mark
            """,
            cancellationToken
        );
    }
}
