using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

/// <param name="Id">For ending it.</param>
/// <param name="Client">What the program called itself when it signed in; may be empty.</param>
/// <param name="CreatedAt">The sign-in.</param>
/// <param name="LastUsedAt">The last refresh.</param>
/// <param name="ExpiresAt">Without another refresh.</param>
/// <param name="IsCurrent">The one that asks.</param>
internal sealed record SessionItem(
    string Id,
    string Client,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastUsedAt,
    DateTimeOffset ExpiresAt,
    bool IsCurrent
);

/// <summary>
/// GET /auth/sessions: the user's open sessions, newest first. DELETE /auth/sessions/{id} ends one, DELETE
/// /auth/sessions all but the one that asks; their access tokens open nothing from then on. Refusals: not_found.
/// </summary>
internal sealed class ListSessions(
    IDbContextFactory<UserAuthDb> databases,
    IWriter<UserAuthDb> writer,
    SessionStore sessions,
    OpenSessions open,
    IOptions<UserAuthOptions> options,
    TimeProvider time
)
{
    public static void Map(IEndpointRouteBuilder auth)
    {
        var own = auth.MapGroup("/sessions").WithMetadata(new LooksAtSession());
        own.MapGet("", (ClaimsPrincipal user, ListSessions list, CancellationToken token) =>
                list.ReadAsync(user, token)
            )
            .WithName("ListSessions")
            .WithSummary("Where the user is signed in");
        own.MapDelete("/{id}", (string id, ClaimsPrincipal user, ListSessions list, CancellationToken token) =>
                list.EndAsync(id, user, token)
            )
            .WithName("EndSession")
            .WithSummary("Sign out somewhere else");
        own.MapDelete("", (ClaimsPrincipal user, ListSessions list, CancellationToken token) =>
                list.EndOthersAsync(user, token)
            )
            .WithName("EndOtherSessions")
            .WithSummary("Sign out everywhere else");
    }

    private async Task<Paged<SessionItem>> ReadAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var (userId, current, now, most) = (
            (long)user.UserId(),
            user.SessionId(),
            time.GetUtcNow(),
            options.Value.MaxSessions
        );
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .Sessions.AsNoTracking()
            .Where(s => s.UserId == userId && s.RevokedAt == null && s.ExpiresAt > now)
            .OrderByDescending(s => s.CreatedAt)
            .ThenByDescending(s => s.Id)
            .Take(most)
            .ToListAsync(cancellationToken);
        return WholeList.Of<SessionItem>(
            [
                .. rows.Select(s => new SessionItem(
                    s.Id,
                    s.Client,
                    s.CreatedAt,
                    s.LastUsedAt,
                    s.ExpiresAt,
                    s.Id == current
                )),
            ],
            most
        );
    }

    private async Task<NoContent> EndAsync(string id, ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var (userId, now) = ((long)user.UserId(), time.GetUtcNow());
        var ended = await writer.WriteAsync(
            (db, token) =>
                db
                    .Sessions.Where(s => s.Id == id && s.UserId == userId && s.RevokedAt == null && s.ExpiresAt > now)
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(x => x.RevokedAt, now).SetProperty(x => x.RevokedFor, RevokedFor.Elsewhere),
                        token
                    ),
            cancellationToken
        );
        if (ended == 0)
            throw RefusedException.NotFound("session");
        open.Forget(id);
        return TypedResults.NoContent();
    }

    private async Task<NoContent> EndOthersAsync(ClaimsPrincipal user, CancellationToken cancellationToken)
    {
        var (userId, current) = ((long)user.UserId(), user.SessionId());
        await writer.WriteAsync(
            (db, token) => sessions.RevokeAllAsync(db, userId, current, RevokedFor.Elsewhere, token),
            cancellationToken
        );
        open.ForgetUser((ulong)userId);
        return TypedResults.NoContent();
    }
}
