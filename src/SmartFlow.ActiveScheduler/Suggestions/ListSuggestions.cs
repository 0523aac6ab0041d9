using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.ActiveScheduler.Suggesting;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.ActiveScheduler.Suggestions;

/// <summary>
/// GET suggestions?state&amp;page&amp;page_size: open ones alone, or all, newest first; GET suggestions/{id}. Refusals:
/// invalid_argument, not_found, also for somebody else's.
/// </summary>
internal static class ListSuggestions
{
    public static void Map(RouteGroupBuilder group)
    {
        group.MapGet("/suggestions", HandleAsync).WithName("ListSuggestions").WithSummary("What there is to decide");
        group.MapGet("/suggestions/{id:long}", ReadAsync).WithName("GetSuggestion").WithSummary("One suggestion");
    }

    private static async Task<Paged<SuggestionView>> HandleAsync(
        ClaimsPrincipal user,
        IDbContextFactory<ActiveSchedulerDb> databases,
        TimeProvider clock,
        string? state,
        int? page,
        int? page_size,
        CancellationToken cancellationToken
    )
    {
        if (state is not (null or "open" or "all"))
            throw RefusedException.Field("state", "must be one of open, all");
        var (query, now) = (PageQuery.Of(page, page_size), clock.MicrosNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await query.ReadAsync(
            Own(db, user.UserId(), state != "all", now).OrderByDescending(s => s.Id),
            s => SuggestionView.Of(s, now),
            cancellationToken
        );
    }

    private static async Task<SuggestionView> ReadAsync(
        long id,
        ClaimsPrincipal user,
        IDbContextFactory<ActiveSchedulerDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return SuggestionView.Of(await FindAsync(db, user.UserId(), id, cancellationToken), clock.MicrosNow());
    }

    /// <summary>Those that a user sees: one that is still being made is not there yet.</summary>
    public static IQueryable<Suggestion> Own(ActiveSchedulerDb db, ulong userId, bool open, DateTimeOffset now)
    {
        var own = db.Suggestions.AsNoTracking().Where(s => s.UserId == userId && s.State != SuggestionState.Choosing);
        return open ? own.Where(Suggest.LiveAt(now)) : own;
    }

    /// <exception cref="RefusedException">not_found.</exception>
    public static async Task<Suggestion> FindAsync(
        ActiveSchedulerDb db,
        ulong userId,
        long id,
        CancellationToken cancellationToken
    ) =>
        await db
            .Suggestions.AsNoTracking()
            .FirstOrDefaultAsync(
                s => s.Id == id && s.UserId == userId && s.State != SuggestionState.Choosing,
                cancellationToken
            )
        ?? throw NotThere();

    public static RefusedException NotThere() => RefusedException.NotFound("suggestion");
}
