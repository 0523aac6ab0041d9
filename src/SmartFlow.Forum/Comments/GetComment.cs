using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Authors;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Forum.Comments;

/// <summary>A comment where a link leads.</summary>
/// <param name="Root">The head of its thread; the comment itself where it is one.</param>
/// <param name="Path">What it answers, the nearest last; at most 20 of them, the root not among them.</param>
/// <param name="Comment">The one that was linked to.</param>
internal sealed record CommentPlace(CommentView Root, IReadOnlyList<CommentView> Path, CommentView Comment);

/// <summary>GET /plan-square/comments/{id}: public. Refusals: not_found.</summary>
internal static class GetComment
{
    private const int PathMax = 20;

    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapGet("/comments/{id:long}", HandleAsync)
            .WithName("GetComment")
            .WithSummary("A comment and what it answers");

    private static async Task<CommentPlace> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IDbContextFactory<ForumDb> databases,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var comment = await FindAsync(db, id, cancellationToken) ?? throw RefusedException.NotFound("comment");
        await ListComments.RequirePostAsync(db, comment.PostId, cancellationToken);
        var root = comment.RootId is { } head ? await FindAsync(db, head, cancellationToken) ?? comment : comment;
        var path = new List<Comment>();
        for (var at = comment; at.ParentId is { } above && above != root.Id && path.Count < PathMax; path.Insert(0, at))
            at = (await FindAsync(db, above, cancellationToken))!;
        var names = await MemberNames.ReadAsync(
            db,
            [root.AuthorId, comment.AuthorId, .. path.Select(c => c.AuthorId)],
            cancellationToken
        );
        var reader = Reader.Of(user);
        return new(
            CommentView.Of(root, names, reader),
            path.ConvertAll(c => CommentView.Of(c, names, reader)),
            CommentView.Of(comment, names, reader)
        );
    }

    private static Task<Comment?> FindAsync(ForumDb db, long id, CancellationToken cancellationToken) =>
        db.Comments.AsNoTracking().FirstOrDefaultAsync(c => c.Id == id, cancellationToken);
}
