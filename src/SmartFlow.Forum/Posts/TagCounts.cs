using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Writing;

namespace SmartFlow.Forum.Posts;

/// <summary>Changes the counters of tags in the transaction that changes the posts.</summary>
internal static class TagCounts
{
    /// <summary>The counter of all posts.</summary>
    private static readonly TagName AllPosts = new("", "");

    public static Task AddPostAsync(ForumDb db, IEnumerable<TagName> tags, CancellationToken cancellationToken) =>
        ChangeAsync(db, tags.Append(AllPosts), +1, cancellationToken);

    public static Task RemovePostAsync(ForumDb db, IEnumerable<TagName> tags, CancellationToken cancellationToken) =>
        ChangeAsync(db, tags.Append(AllPosts), -1, cancellationToken);

    /// <summary>In the order of the keys, so that two transactions do not wait for each other.</summary>
    public static async Task ChangeAsync(
        ForumDb db,
        IEnumerable<TagName> tags,
        int by,
        CancellationToken cancellationToken
    )
    {
        foreach (var tag in tags.OrderBy(t => t.Key, StringComparer.Ordinal))
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO tags (key, name, posts) VALUES ({tag.Key}, {tag.Name}, {by})
                ON CONFLICT (key) DO UPDATE SET posts = tags.posts + excluded.posts
                """,
                cancellationToken
            );
    }

    /// <summary>The tags that the post has now.</summary>
    public static async Task<List<TagName>> OfAsync(ForumDb db, long postId, CancellationToken cancellationToken) =>
        await db
            .PostTags.Where(t => t.PostId == postId)
            .OrderBy(t => t.Position)
            .Select(t => new TagName(t.Name, t.Key))
            .ToListAsync(cancellationToken);

    public static void Add(ForumDb db, long postId, IReadOnlyList<TagName> tags)
    {
        for (var i = 0; i < tags.Count; i++)
            db.PostTags.Add(
                new PostTag
                {
                    PostId = postId,
                    Position = i,
                    Key = tags[i].Key,
                    Name = tags[i].Name,
                }
            );
    }
}
