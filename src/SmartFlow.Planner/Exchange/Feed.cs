using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Planner.Exchange;

/// <summary>
/// GET /schedule/feed.ics?token=…: the term for calendar programs, without signing in. GET, POST and DELETE
/// /schedule/feed: whether there is one, a new secret (the old one ends), none. The secret is shown once.
/// </summary>
internal sealed class Feed(
    TermExport export,
    IDbContextFactory<PlannerDb> databases,
    IWriter<PlannerDb> writer,
    IOptions<PlannerOptions> options,
    ISharedCounts shared,
    TimeProvider clock
) : IDisposable
{
    internal sealed record Request(int? AlarmMinutes);

    /// <param name="Active">Whether a secret address is open.</param>
    internal sealed record State(bool Active, DateTimeOffset? CreatedAt, int? AlarmMinutes);

    /// <param name="Path">With the secret; shown only here.</param>
    internal sealed record Opened(string Path, DateTimeOffset CreatedAt, int? AlarmMinutes);

    private const int TokenBytes = 32;
    private const int TokenCharactersMax = 64;
    private const int Attempts = 5;
    private readonly Pace users = new("feed", shared, options.Value.FeedReadsPerMinute);
    private readonly Pace networks = new("feed-address", shared, options.Value.FeedReadsPerAddressPerMinute);

    public void Dispose()
    {
        users.Dispose();
        networks.Dispose();
    }

    public static void Map(RouteGroupBuilder schedule)
    {
        schedule
            .MapGet("/feed", (ClaimsPrincipal user, Feed feed, CancellationToken token) =>
                feed.StateAsync(user.UserId(), token)
            )
            .WithName("ReadCalendarFeed")
            .WithSummary("Whether a calendar feed is open");
        schedule
            .MapPost("/feed", (Request request, ClaimsPrincipal user, Feed feed, CancellationToken token) =>
                feed.OpenAsync(user.UserId(), ExportSchedule.Alarm(request.AlarmMinutes), token)
            )
            .WithMetadata(new LooksAtSession())
            .WithName("OpenCalendarFeed")
            .WithSummary("A new secret address; the old one ends");
        schedule
            .MapDelete("/feed", (ClaimsPrincipal user, Feed feed, CancellationToken token) =>
                feed.CloseAsync(user.UserId(), token)
            )
            .WithName("CloseCalendarFeed")
            .WithSummary("End the secret address");
        schedule
            .MapGet("/feed.ics", (string? token, HttpContext context, Feed feed, CancellationToken cancellationToken) =>
                feed.ReadAsync(token ?? "", context, cancellationToken)
            )
            .AllowAnonymous()
            .WithName("CalendarFeed")
            .WithSummary("The term for calendar programs")
            .Produces<string>(StatusCodes.Status200OK, "text/calendar")
            .Produces(StatusCodes.Status304NotModified);
    }

    private async Task<Ok<State>> StateAsync(ulong userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var feed = await db
            .CalendarFeeds.AsNoTracking()
            .FirstOrDefaultAsync(f => f.UserId == userId, cancellationToken);
        return TypedResults.Ok(new State(feed is not null, feed?.CreatedAt, feed?.AlarmMinutes));
    }

    private async Task<Ok<Opened>> OpenAsync(ulong userId, int? alarmMinutes, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var feed = new CalendarFeed
        {
            UserId = userId,
            TokenHash = Hash(token),
            AlarmMinutes = alarmMinutes,
            CreatedAt = clock.MicrosNow(),
        };
        await ReplaceAsync(feed, cancellationToken);
        return TypedResults.Ok(new Opened($"/api/v1/schedule/feed.ics?token={token}", feed.CreatedAt, alarmMinutes));
    }

    private async Task ReplaceAsync(CalendarFeed feed, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await writer.SaveAsync(
                    async (db, token) =>
                    {
                        await db.CalendarFeeds.Where(f => f.UserId == feed.UserId).ExecuteDeleteAsync(token);
                        db.CalendarFeeds.Add(feed);
                    },
                    cancellationToken
                );
                return;
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
                // PostgreSQL: another secret was saved between our delete and our insert.
            }
    }

    private async Task<NoContent> CloseAsync(ulong userId, CancellationToken cancellationToken)
    {
        await writer.WriteAsync(
            (db, token) => db.CalendarFeeds.Where(f => f.UserId == userId).ExecuteDeleteAsync(token),
            cancellationToken
        );
        return TypedResults.NoContent();
    }

    private async Task<IResult> ReadAsync(string token, HttpContext context, CancellationToken cancellationToken)
    {
        if (
            await networks.TakeAsync(
                Network.Of(context.Connection.RemoteIpAddress),
                "Calendars are read too often from here."
            ) is
            { } many
        )
            throw many;
        var feed = token.Length is > 0 and <= TokenCharactersMax
            ? await FindAsync(Hash(token), cancellationToken)
            : null;
        if (feed is null)
            throw RefusedException.NotFound("feed");
        if (await users.TakeAsync(feed.UserId, "This calendar is read too often.") is { } often)
            throw often;
        var bytes = Encoding.UTF8.GetBytes(
            await export.CalendarAsync(feed.UserId, ExportScope.Everything, feed.AlarmMinutes, cancellationToken)
        );
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\"");
        context.Response.Headers.CacheControl = "private, no-store";
        // Answers 304 by itself where If-None-Match says so.
        return TypedResults.File(bytes, "text/calendar; charset=utf-8", entityTag: tag);
    }

    private async Task<CalendarFeed?> FindAsync(byte[] hash, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.CalendarFeeds.AsNoTracking().FirstOrDefaultAsync(f => f.TokenHash == hash, cancellationToken);
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
