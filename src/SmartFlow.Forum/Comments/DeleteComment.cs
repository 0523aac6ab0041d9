using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Comments;

/// <summary>
/// DELETE /plan-square/comments/{id}: its author's. The words are gone for good, the replies stay. Refusals: forbidden
/// (somebody else's), not_found, also for one that was deleted before.
/// </summary>
internal static class DeleteComment
{
    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapDelete("/comments/{id:long}", HandleAsync)
            .WithName("DeleteComment")
            .WithSummary("Take an own comment back");

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<ForumDb> writer,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = (user.UserId(), time.GetUtcNow());
        await writer.WriteAsync((db, token) => DeleteAsync(db, id, userId, now, token), cancellationToken);
        return TypedResults.NoContent();
    }

    private static async Task<int> DeleteAsync(
        ForumDb db,
        long id,
        ulong userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var comment = await db.Comments.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken)
            ?? throw RefusedException.NotFound("comment");
        if (comment.DeletedAt is not null)
            throw RefusedException.NotFound("comment");
        if (comment.AuthorId != userId)
            throw new RefusedException(ErrorCodes.Forbidden, "This comment is somebody else's.");
        return await RemoveAsync(db, comment, now, cancellationToken) ?? throw RefusedException.NotFound("comment");
    }

    /// <summary>The words go, the replies stay; null: it is not there any more, or its post is not.</summary>
    public static async Task<int?> RemoveAsync(
        ForumDb db,
        Comment comment,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        // In the order of everybody who changes the tree: the post, then the comments.
        var counted = await db
            .Posts.Where(p => p.Id == comment.PostId && p.DeletedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.CommentCount, p => p.CommentCount - 1), cancellationToken);
        var deleted = await db
            .Comments.Where(c => c.Id == comment.Id && c.DeletedAt == null)
            .ExecuteUpdateAsync(
                s => s.SetProperty(c => c.DeletedAt, now).SetProperty(c => c.Content, ""),
                cancellationToken
            );
        if (counted == 0 || deleted == 0)
            return null;
        if (comment.RootId is not { } root)
            return deleted;
        return await db
            .Comments.Where(c => c.Id == root)
            .ExecuteUpdateAsync(s => s.SetProperty(c => c.ReplyCount, c => c.ReplyCount - 1), cancellationToken);
    }
}
