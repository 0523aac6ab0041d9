using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Forum.Authors;

/// <param name="UserId">For the list of their posts.</param>
/// <param name="Name">As they were called when they last wrote.</param>
/// <param name="Posts">On the plaza now.</param>
/// <param name="LikeCount">Of these posts together.</param>
/// <param name="ImportCount">Of these posts together.</param>
internal sealed record AuthorPage(ulong UserId, string Name, int Posts, int LikeCount, int ImportCount);

/// <summary>GET /plan-square/authors/{id}: public. Refusals: not_found, also for users who never wrote here.</summary>
internal static class GetAuthor
{
    public static void Map(IEndpointRouteBuilder square) =>
        square.MapGet("/authors/{id:long}", HandleAsync).WithName("GetAuthor").WithSummary("Somebody who shows plans");

    private static async Task<AuthorPage> HandleAsync(
        long id,
        IDbContextFactory<ForumDb> databases,
        CancellationToken cancellationToken
    )
    {
        if (id < 1)
            throw RefusedException.NotFound("author");
        var userId = (ulong)id;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var member = await db.Members.AsNoTracking().FirstOrDefaultAsync(m => m.UserId == userId, cancellationToken)
            ?? throw RefusedException.NotFound("author");
        var posts = await db
            .Posts.Where(p => p.AuthorId == userId && p.DeletedAt == null)
            .GroupBy(p => p.AuthorId)
            .Select(g => new
            {
                Posts = g.Count(),
                Likes = g.Sum(p => p.LikeCount),
                Imports = g.Sum(p => p.ImportCount),
            })
            .FirstOrDefaultAsync(cancellationToken);
        return new(userId, member.Name, posts?.Posts ?? 0, posts?.Likes ?? 0, posts?.Imports ?? 0);
    }
}
