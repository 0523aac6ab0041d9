using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Forum;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Likes;

internal sealed record LikeView(bool Liked, int LikeCount);

/// <summary>
/// POST and DELETE /plan-square/posts/{id}/like: both may be repeated. The first like of a user tells the Credit store
/// (forum.post.liked); taking it back and liking again tells nothing. Refusals: not_found, rate_limited.
/// </summary>
internal sealed class LikePost(IWriter<ForumDb> writer, TimeProvider time)
{
    public static void Map(IEndpointRouteBuilder square)
    {
        square
            .MapPost(
                "/posts/{id:long}/like",
                (long id, ClaimsPrincipal user, LikePost like, CancellationToken cancellationToken) =>
                    like.LikeAsync(id, user.UserId(), cancellationToken)
            )
            .WithName("LikePost")
            .WithSummary("Like a plan");
        square
            .MapDelete(
                "/posts/{id:long}/like",
                (long id, ClaimsPrincipal user, LikePost like, CancellationToken cancellationToken) =>
                    like.UnlikeAsync(id, user.UserId(), cancellationToken)
            )
            .WithName("UnlikePost")
            .WithSummary("Take a like back");
    }

    public Task<LikeView> LikeAsync(long id, ulong userId, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                var now = time.GetUtcNow();
                var (user, at) = ((long)userId, UnixMicros.From(now));
                var first =
                    await db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO post_likes (post_id, user_id, liked, first_at) VALUES ({id}, {user}, {true}, {at})
                        ON CONFLICT (post_id, user_id) DO NOTHING
                        """,
                        token
                    ) == 1;
                var changed = first || await SetAsync(db, id, userId, liked: true, token);
                var (author, count) = await CountAsync(db, id, changed ? +1 : 0, token);
                if (!first || author == 0 || author == userId)
                    return new LikeView(true, count);
                Reward.Publish(db, EventNames.ForumPostLiked, id, author, userId, now);
                await db.SaveChangesAsync(token);
                return new LikeView(true, count);
            },
            cancellationToken
        );

    public Task<LikeView> UnlikeAsync(long id, ulong userId, CancellationToken cancellationToken) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                var changed = await SetAsync(db, id, userId, liked: false, token);
                var (_, count) = await CountAsync(db, id, changed ? -1 : 0, token);
                return new LikeView(false, count);
            },
            cancellationToken
        );

    private static async Task<bool> SetAsync(
        ForumDb db,
        long id,
        ulong userId,
        bool liked,
        CancellationToken cancellationToken
    ) =>
        await db
            .Likes.Where(l => l.PostId == id && l.UserId == userId && l.Liked == !liked)
            .ExecuteUpdateAsync(s => s.SetProperty(l => l.Liked, liked), cancellationToken) == 1;

    private static async Task<(ulong Author, int Count)> CountAsync(
        ForumDb db,
        long id,
        int by,
        CancellationToken cancellationToken
    )
    {
        var post = db.Posts.Where(p => p.Id == id && p.DeletedAt == null);
        if (by != 0)
            await post.ExecuteUpdateAsync(
                s => s.SetProperty(p => p.LikeCount, p => p.LikeCount + by),
                cancellationToken
            );
        var found = await post.Select(p => new { p.AuthorId, p.LikeCount }).FirstOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("post");
        return (found.AuthorId, found.LikeCount);
    }
}

/// <summary>What the Credit store hears.</summary>
internal static class Reward
{
    /// <summary>In the order of the author's account: the event's key is the author.</summary>
    public static void Publish(ForumDb db, string name, long postId, ulong author, ulong actor, DateTimeOffset now) =>
        db.Publish(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}:{postId}:{actor}"),
            name,
            author,
            new ForumPostRewarded
            {
                PostId = (ulong)postId,
                AuthorUserId = author,
                ActorUserId = actor,
                HappenedAt = now,
            },
            now
        );
}
