using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Search;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Posts;

/// <summary>
/// DELETE /plan-square/posts/{id}: its author's. It is gone for everybody; classes that were imported and Credit that
/// was earned stay. Refusals: forbidden (somebody else's), not_found.
/// </summary>
internal static class DeletePost
{
    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapDelete("/posts/{id:long}", HandleAsync)
            .WithName("DeletePost")
            .WithSummary("Take an own plan off the plaza");

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<ForumDb> writer,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = (user.UserId(), time.GetUtcNow());
        await writer.WriteAsync(
            async (db, token) =>
            {
                await OwnPosts.RequireAsync(db, id, userId, token);
                return await RemoveAsync(db, id, now, token);
            },
            cancellationToken
        );
        return TypedResults.NoContent();
    }

    /// <summary>Hides a post; false: it is not there any more.</summary>
    public static async Task<bool> RemoveAsync(
        ForumDb db,
        long id,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var removed = await db
            .Posts.Where(p => p.Id == id && p.DeletedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.DeletedAt, now), cancellationToken);
        if (removed == 0)
            return false;
        await TagCounts.RemovePostAsync(db, await TagCounts.OfAsync(db, id, cancellationToken), cancellationToken);
        await PostSearch.RemoveAsync(db, id, cancellationToken);
        // Nobody has to decide about what is gone.
        await db
            .Reports.Where(r => r.PostId == id && r.ClosedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(r => r.ClosedAt, now), cancellationToken);
        return true;
    }
}

/// <summary>Posts that may be changed.</summary>
internal static class OwnPosts
{
    /// <exception cref="RefusedException">not_found; forbidden: everybody sees it, so there is no secret to
    /// keep.</exception>
    public static async Task RequireAsync(ForumDb db, long id, ulong userId, CancellationToken cancellationToken)
    {
        var author = await db
            .Posts.Where(p => p.Id == id && p.DeletedAt == null)
            .Select(p => (ulong?)p.AuthorId)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("post");
        if (author != userId)
            throw new RefusedException(ErrorCodes.Forbidden, "This post is somebody else's.");
    }
}
