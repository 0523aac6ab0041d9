using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Authors;

namespace SmartFlow.Forum.Posts;

/// <summary>A post in a list.</summary>
/// <param name="Id">For its page.</param>
/// <param name="Title">4 to 40 characters of plain text.</param>
/// <param name="Summary">Plain text; may be empty.</param>
/// <param name="Tags">1 to 5, in the author's order.</param>
/// <param name="Author">Null: the account is gone.</param>
/// <param name="Items">How many the plan has.</param>
/// <param name="Sections">How long they take together.</param>
/// <param name="Days">From the plan's first day to its last.</param>
/// <param name="LikeCount">Likes now.</param>
/// <param name="ImportCount">Users who made it their own.</param>
/// <param name="CommentCount">Comments that are not deleted.</param>
/// <param name="CreatedAt">When it was published.</param>
/// <param name="EditedAt">Null: never.</param>
/// <param name="Mine">The reader is its author.</param>
/// <param name="Liked">The reader likes it.</param>
/// <param name="Imported">The reader imported it.</param>
internal record PostCard(
    long Id,
    string Title,
    string Summary,
    IReadOnlyList<string> Tags,
    AuthorView? Author,
    int Items,
    int Sections,
    int Days,
    int LikeCount,
    int ImportCount,
    int CommentCount,
    DateTimeOffset CreatedAt,
    DateTimeOffset? EditedAt,
    bool Mine,
    bool Liked,
    bool Imported
);

/// <summary>Posts as their readers see them.</summary>
internal static class PostCards
{
    /// <summary>In the order of the ids; a post deleted meanwhile is left out.</summary>
    /// <param name="db">Read from.</param>
    /// <param name="ids">At most a page of them.</param>
    /// <param name="reader">0: nobody is signed in.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public static async Task<IReadOnlyList<PostCard>> ReadAsync(
        ForumDb db,
        IReadOnlyList<long> ids,
        ulong reader,
        CancellationToken cancellationToken
    )
    {
        if (ids.Count == 0)
            return [];
        var posts = await db
            .Posts.AsNoTracking()
            .Where(p => ids.Contains(p.Id) && p.DeletedAt == null)
            .ToDictionaryAsync(p => p.Id, cancellationToken);
        var tags = (
            await db
                .PostTags.AsNoTracking()
                .Where(t => ids.Contains(t.PostId))
                .OrderBy(t => t.Position)
                .ToListAsync(cancellationToken)
        ).ToLookup(t => t.PostId, t => t.Name);
        var names = await MemberNames.ReadAsync(db, posts.Values.Select(p => p.AuthorId), cancellationToken);
        HashSet<long> liked = [];
        HashSet<long> imported = [];
        if (reader != 0)
        {
            liked = await db
                .Likes.Where(l => ids.Contains(l.PostId) && l.UserId == reader && l.Liked)
                .Select(l => l.PostId)
                .ToHashSetAsync(cancellationToken);
            imported = await db
                .Imports.Where(i => ids.Contains(i.PostId) && i.UserId == reader && i.ImportedAt != null)
                .Select(i => i.PostId)
                .ToHashSetAsync(cancellationToken);
        }
        return
        [
            .. ids.Where(posts.ContainsKey)
                .Select(id => posts[id])
                .Select(p => new PostCard(
                    p.Id,
                    p.Title,
                    p.Summary,
                    [.. tags[p.Id]],
                    AuthorView.Of(p.AuthorId, names),
                    p.Items,
                    p.Sections,
                    p.Days,
                    p.LikeCount,
                    p.ImportCount,
                    p.CommentCount,
                    p.CreatedAt,
                    p.EditedAt,
                    reader != 0 && p.AuthorId == reader,
                    liked.Contains(p.Id),
                    imported.Contains(p.Id)
                )),
        ];
    }
}
