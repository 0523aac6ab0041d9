using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Forum;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Writing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Forum.Comments;

/// <summary>
/// POST /plan-square/posts/{id}/comments: a comment, or with parent_id a reply at any depth. Refusals: invalid_argument
/// (also a parent of another post), not_found, conflict (the parent was deleted), already_exists (said just now),
/// limit_reached, rate_limited.
/// </summary>
internal sealed class WriteComment(
    IWriter<ForumDb> writer,
    MemberNames names,
    IOptions<ForumOptions> options,
    TimeProvider time
)
{
    private const int ContentMost = 500;
    private const int ExcerptMost = 80;

    // How far back a repeated comment is noticed.
    private const int RepeatsLookedAt = 20;

    internal sealed record Request(string? Content, long? ParentId);

    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapPost(
                "/posts/{id:long}/comments",
                async (
                    long id,
                    Request request,
                    ClaimsPrincipal user,
                    WriteComment write,
                    CancellationToken cancellationToken
                ) => await write.HandleAsync(id, request, user.UserId(), cancellationToken)
            )
            .WithIdempotency<ForumDb>(required: true)
            .WithName("WriteComment")
            .WithSummary("Comment on a plan or answer a comment");

    public async Task<Created<CommentView>> HandleAsync(
        long postId,
        Request request,
        ulong userId,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var content = Prose.Clean(request.Content, ContentMost, lines: true);
        Prose.Check(errors, "content", content, 1, ContentMost, lines: true);
        errors.Throw("The comment is not valid.");
        var name = await names.FindAsync(userId, cancellationToken);
        var comment = await writer.WriteAsync(
            async (db, token) =>
            {
                await names.KeepAsync(db, userId, name, token);
                return await AddAsync(db, postId, request.ParentId, userId, content, token);
            },
            cancellationToken
        );
        var view = CommentView.Of(comment, new() { [userId] = name }, userId);
        return TypedResults.Created($"/api/v1/plan-square/comments/{comment.Id}", view);
    }

    private async Task<Comment> AddAsync(
        ForumDb db,
        long postId,
        long? parentId,
        ulong userId,
        string content,
        CancellationToken cancellationToken
    )
    {
        // The post first: whoever comments on it or deletes a comment waits here, so that counters and tree agree.
        var counted = await db
            .Posts.Where(p => p.Id == postId && p.DeletedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.CommentCount, p => p.CommentCount + 1), cancellationToken);
        if (counted == 0)
            throw RefusedException.NotFound("post");
        var parent = parentId is { } id ? await ParentAsync(db, postId, id, cancellationToken) : null;
        var now = time.MicrosNow();
        await RefuseTooManyAsync(db, userId, now, cancellationToken);
        await RefuseRepeatAsync(db, postId, parentId, userId, content, cancellationToken);
        var comment = new Comment
        {
            PostId = postId,
            AuthorId = userId,
            Content = content,
            CreatedAt = now,
            ParentId = parent?.Id,
            RootId = parent is null ? null : parent.RootId ?? parent.Id,
            Depth = parent is null ? 0 : parent.Depth + 1,
        };
        db.Comments.Add(comment);
        await db.SaveChangesAsync(cancellationToken);
        if (comment.RootId is { } root)
            await db
                .Comments.Where(c => c.Id == root)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.ReplyCount, c => c.ReplyCount + 1), cancellationToken);
        await AnnounceAsync(db, comment, parent, now, cancellationToken);
        return comment;
    }

    /// <summary>
    /// The post's author and that of the comment that is answered hear of it, once each and never of their own.
    /// </summary>
    private static async Task AnnounceAsync(
        ForumDb db,
        Comment comment,
        Comment? parent,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var author = await db
            .Posts.Where(p => p.Id == comment.PostId)
            .Select(p => p.AuthorId)
            .FirstAsync(cancellationToken);
        foreach (var user in new[] { author, parent?.AuthorId ?? 0 }.Distinct())
            if (user != 0 && user != comment.AuthorId)
                db.Publish(
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"{EventNames.ForumPostCommented}:{comment.Id}:{user}"
                    ),
                    EventNames.ForumPostCommented,
                    user,
                    new ForumPostCommented
                    {
                        PostId = (ulong)comment.PostId,
                        CommentId = (ulong)comment.Id,
                        UserId = user,
                        ActorUserId = comment.AuthorId,
                        Excerpt = Prose.Excerpt(comment.Content, ExcerptMost),
                        HappenedAt = now,
                    },
                    now
                );
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task<Comment> ParentAsync(
        ForumDb db,
        long postId,
        long id,
        CancellationToken cancellationToken
    )
    {
        var parent = await db
            .Comments.AsNoTracking()
            .FirstOrDefaultAsync(c => c.Id == id && c.PostId == postId, cancellationToken)
            ?? throw RefusedException.Field("parent_id", "must be a comment on this post");
        return parent.DeletedAt is null
            ? parent
            : throw new RefusedException(ErrorCodes.Conflict, "This comment was deleted; it cannot be answered.");
    }

    private async Task RefuseTooManyAsync(
        ForumDb db,
        ulong userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        foreach (
            var (most, window) in new[]
            {
                (options.Value.CommentsPerMinute, TimeSpan.FromMinutes(1)),
                (options.Value.CommentsPerDay, TimeSpan.FromDays(1)),
            }
        )
        {
            var oldest = await db
                .Comments.Where(c => c.AuthorId == userId)
                .OrderByDescending(c => c.Id)
                .Skip(most - 1)
                .Select(c => (DateTimeOffset?)c.CreatedAt)
                .FirstOrDefaultAsync(cancellationToken);
            if (oldest is { } at && at > now - window)
                throw new RefusedException(
                    window.TotalMinutes > 1 ? ErrorCodes.LimitReached : ErrorCodes.RateLimited,
                    window.TotalMinutes > 1
                        ? $"At most {most} comments in 24 hours."
                        : $"At most {most} comments a minute.",
                    retryAfter: at + window - now
                );
        }
    }

    private static async Task RefuseRepeatAsync(
        ForumDb db,
        long postId,
        long? parentId,
        ulong userId,
        string content,
        CancellationToken cancellationToken
    )
    {
        var last = await db
            .Comments.Where(c => c.AuthorId == userId)
            .OrderByDescending(c => c.Id)
            .Take(RepeatsLookedAt)
            .Select(c => new
            {
                c.PostId,
                c.ParentId,
                c.Content,
            })
            .ToListAsync(cancellationToken);
        if (last.Exists(c => c.PostId == postId && c.ParentId == parentId && c.Content == content))
            throw new RefusedException(ErrorCodes.AlreadyExists, "You have said exactly this here already.");
    }
}
