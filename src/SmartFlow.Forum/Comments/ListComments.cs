using System.Globalization;
using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Authors;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Comments;

/// <summary>A root with the first of what stands beneath it: a parent always comes before its replies.</summary>
/// <param name="Root">At the head.</param>
/// <param name="Replies">The oldest, of every depth, by id.</param>
/// <param name="HasMore">There are more: /comments/{root}/replies?after= the last one's id.</param>
internal sealed record CommentThread(CommentView Root, IReadOnlyList<CommentView> Replies, bool HasMore);

/// <param name="Items">By id, of every depth.</param>
/// <param name="HasMore">There are more behind the last one.</param>
internal sealed record ReplyList(IReadOnlyList<CommentView> Items, bool HasMore);

/// <summary>
/// GET /plan-square/posts/{id}/comments?page&amp;page_size&amp;sort=oldest|latest: public; pages of roots, each with
/// its first replies. GET /plan-square/comments/{root}/replies?after&amp;limit: the rest of a thread. Refusals:
/// invalid_argument, not_found.
/// </summary>
internal sealed class ListComments(IDbContextFactory<ForumDb> databases)
{
    private const int PageSizeMax = 50;
    private const int FirstReplies = 10;
    private const int DefaultReplies = 50;
    private const int RepliesMax = 100;

    public static void Map(IEndpointRouteBuilder square)
    {
        square
            .MapGet(
                "/posts/{id:long}/comments",
                (
                    long id,
                    ClaimsPrincipal user,
                    ListComments list,
                    int? page,
                    int? page_size,
                    string? sort,
                    CancellationToken cancellationToken
                ) =>
                    list.HandleAsync(
                        id,
                        PageQuery.Of(page, page_size, PageSizeMax),
                        Latest(sort),
                        Reader.Of(user),
                        cancellationToken
                    )
            )
            .WithName("ListComments")
            .WithSummary("Threads of comments on a plan");
        square
            .MapGet(
                "/comments/{id:long}/replies",
                (
                    long id,
                    ClaimsPrincipal user,
                    ListComments list,
                    long? after,
                    int? limit,
                    CancellationToken cancellationToken
                ) => list.RepliesAsync(id, after ?? 0, limit ?? DefaultReplies, Reader.Of(user), cancellationToken)
            )
            .WithName("ListReplies")
            .WithSummary("The rest of a thread");
    }

    public async Task<Paged<CommentThread>> HandleAsync(
        long postId,
        PageQuery page,
        bool latest,
        ulong reader,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await RequirePostAsync(db, postId, cancellationToken);
        var shown = db
            .Comments.AsNoTracking()
            .Where(c => c.PostId == postId && c.RootId == null && (c.DeletedAt == null || c.ReplyCount > 0));
        var total = await shown.CountAsync(cancellationToken);
        // Ids first, from the index alone: for whole rows far down PostgreSQL would rather read the table.
        var ids = shown.Select(c => c.Id);
        var wanted = await (latest ? ids.OrderDescending() : ids.Order())
            .Skip(page.Skip)
            .Take(page.Size)
            .ToListAsync(cancellationToken);
        var found = await db.Comments.AsNoTracking().Where(c => wanted.Contains(c.Id)).ToListAsync(cancellationToken);
        var roots = found.OrderBy(c => wanted.IndexOf(c.Id)).ToList();
        var replies = await FirstAsync(
            db,
            [.. roots.Where(r => r.ReplyCount > 0).Select(r => r.Id)],
            cancellationToken
        );
        var all = roots.Concat(replies).ToList();
        var names = await MemberNames.ReadAsync(db, all.Select(c => c.AuthorId), cancellationToken);
        var views = all.Select(c => CommentView.Of(c, names, reader)).ToList();
        var byRoot = views.Where(v => v.RootId is not null).OrderBy(v => v.Id).ToLookup(v => v.RootId);
        return page.Wrap(
            [
                .. views
                    .Take(roots.Count)
                    .Select(r => new CommentThread(
                        r,
                        [.. byRoot[r.Id].Take(FirstReplies)],
                        byRoot[r.Id].Count() > FirstReplies
                    )),
            ],
            total
        );
    }

    public async Task<ReplyList> RepliesAsync(
        long rootId,
        long after,
        int limit,
        ulong reader,
        CancellationToken cancellationToken
    )
    {
        if (limit is < 1 or > RepliesMax)
            throw RefusedException.Field("limit", $"must be between 1 and {RepliesMax}");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var post = await db
            .Comments.Where(c => c.Id == rootId && c.RootId == null)
            .Select(c => (long?)c.PostId)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("thread");
        await RequirePostAsync(db, post, cancellationToken);
        var found = await db
            .Comments.AsNoTracking()
            .Where(c => c.RootId == rootId && c.Id > after)
            .OrderBy(c => c.Id)
            .Take(limit + 1)
            .ToListAsync(cancellationToken);
        var names = await MemberNames.ReadAsync(db, found.Select(c => c.AuthorId), cancellationToken);
        return new([.. found.Take(limit).Select(c => CommentView.Of(c, names, reader))], found.Count > limit);
    }

    /// <exception cref="RefusedException">not_found: there is no such post, or it was deleted.</exception>
    public static async Task RequirePostAsync(ForumDb db, long postId, CancellationToken cancellationToken)
    {
        if (!await db.Posts.AnyAsync(p => p.Id == postId && p.DeletedAt == null, cancellationToken))
            throw RefusedException.NotFound("post");
    }

    private static bool Latest(string? sort) =>
        (sort ?? "oldest") switch
        {
            "oldest" => false,
            "latest" => true,
            _ => throw RefusedException.Field("sort", "must be oldest or latest"),
        };

    /// <summary>
    /// One more than is shown of each thread: an index range each, so that a long thread costs no more than a short
    /// one.
    /// </summary>
    private static async Task<List<Comment>> FirstAsync(
        ForumDb db,
        IReadOnlyList<long> roots,
        CancellationToken cancellationToken
    )
    {
        if (roots.Count == 0)
            return [];
        var sql = new StringBuilder();
        for (var i = 0; i < roots.Count; i++)
            sql.Append(i == 0 ? "" : " UNION ALL ")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"SELECT * FROM (SELECT * FROM comments WHERE root_id = {{{i}}} ORDER BY id LIMIT {FirstReplies + 1}) t{i}"
                );
        return await db
            .Comments.FromSqlRaw(sql.ToString(), [.. roots.Cast<object>()])
            .AsNoTracking()
            .ToListAsync(cancellationToken);
    }
}
