using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Search;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Posts;

/// <summary>
/// GET /plan-square/posts?page&amp;page_size&amp;sort&amp;keyword&amp;tag&amp;author: public. sort is latest (default),
/// likes or imports; keyword looks in title and summary, all its words and pairs of Chinese characters must be there;
/// its total is at most 10,000. Refusals: invalid_argument.
/// </summary>
internal sealed class ListPosts(IDbContextFactory<ForumDb> databases)
{
    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapGet(
                "/posts",
                (
                    ClaimsPrincipal user,
                    ListPosts list,
                    int? page,
                    int? page_size,
                    string? sort,
                    string? keyword,
                    string? tag,
                    ulong? author,
                    CancellationToken cancellationToken
                ) =>
                    list.HandleAsync(
                        PostQuery.Of(page, page_size, sort, keyword, tag, author),
                        Reader.Of(user),
                        cancellationToken
                    )
            )
            .WithName("ListPosts")
            .WithSummary("Plans on the plaza");

    /// <param name="query">Checked.</param>
    /// <param name="reader">0: nobody is signed in.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<Paged<PostCard>> HandleAsync(PostQuery query, ulong reader, CancellationToken cancellationToken)
    {
        if (query.FindsNothing)
            return query.Page.Wrap<PostCard>([], 0);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        int total;
        List<long> ids;
        if (query.Terms.Count > 0 || query.TagKey is not null)
        {
            total = await PostSearch.CountAsync(db, query, cancellationToken);
            ids = await PostSearch.PageAsync(db, query, total, cancellationToken);
        }
        else
        {
            var posts = db.Posts.Where(p => p.DeletedAt == null);
            if (query.AuthorId is { } author)
                posts = posts.Where(p => p.AuthorId == author);
            total = query.AuthorId is null
                ? await PostSearch.CountAsync(db, query, cancellationToken)
                : await posts.CountAsync(cancellationToken);
            ids = await Ordered(posts, query.Sort)
                .Select(p => p.Id)
                .Skip(query.Page.Skip)
                .Take(query.Page.Size)
                .ToListAsync(cancellationToken);
        }
        return query.Page.Wrap(await PostCards.ReadAsync(db, ids, reader, cancellationToken), total);
    }

    private static IQueryable<Post> Ordered(IQueryable<Post> posts, PostSort sort) =>
        sort switch
        {
            PostSort.Likes => posts.OrderByDescending(p => p.LikeCount).ThenByDescending(p => p.Id),
            PostSort.Imports => posts.OrderByDescending(p => p.ImportCount).ThenByDescending(p => p.Id),
            _ => posts.OrderByDescending(p => p.Id),
        };
}
