using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;

namespace SmartFlow.Forum;

/// <summary>
/// Every counter of the plaza is the number of rows that it counts, and live posts are what is searched.
/// </summary>
internal sealed class ForumAudit(IDbContextFactory<ForumDb> databases) : IReconciliation
{
    /// <summary>Of each check what it claims, and SQL for the first rows that differ: what, counted, found.</summary>
    private static readonly (string Name, string Sql)[] Checks =
    [
        (
            "a post counts its likes",
            """
            SELECT 'post ' || p.id || ': ' || p.like_count || ', should be ' || count(l.user_id) AS "Value" FROM posts p
            LEFT JOIN post_likes l ON l.post_id = p.id AND l.liked GROUP BY p.id, p.like_count HAVING p.like_count <> count(l.user_id)
            """
        ),
        (
            "a post counts its imports",
            """
            SELECT 'post ' || p.id || ': ' || p.import_count || ', should be ' || count(i.user_id) AS "Value" FROM posts p
            LEFT JOIN post_imports i ON i.post_id = p.id AND i.imported_at IS NOT NULL WHERE p.deleted_at IS NULL
            GROUP BY p.id, p.import_count HAVING p.import_count <> count(i.user_id)
            """
        ),
        (
            "a post counts its comments",
            """
            SELECT 'post ' || p.id || ': ' || p.comment_count || ', should be ' || count(c.id) AS "Value" FROM posts p
            LEFT JOIN comments c ON c.post_id = p.id AND c.deleted_at IS NULL
            GROUP BY p.id, p.comment_count HAVING p.comment_count <> count(c.id)
            """
        ),
        (
            "a thread counts its replies",
            """
            SELECT 'comment ' || r.id || ': ' || r.reply_count || ', should be ' || count(c.id) AS "Value" FROM comments r
            LEFT JOIN comments c ON c.root_id = r.id AND c.deleted_at IS NULL WHERE r.root_id IS NULL
            GROUP BY r.id, r.reply_count HAVING r.reply_count <> count(c.id)
            """
        ),
        (
            "a tag counts its posts",
            """
            SELECT 'tag ' || t.key || ': ' || t.posts || ', should be ' || count(p.id) AS "Value" FROM tags t
            LEFT JOIN post_tags x ON x.key = t.key LEFT JOIN posts p ON p.id = x.post_id AND p.deleted_at IS NULL
            WHERE t.key <> '' GROUP BY t.key, t.posts HAVING t.posts <> count(p.id)
            """
        ),
        (
            "all posts are counted",
            """
            SELECT 'posts: ' || t.posts || ', should be ' || (SELECT count(*) FROM posts WHERE deleted_at IS NULL) AS "Value"
            FROM tags t WHERE t.key = '' AND t.posts <> (SELECT count(*) FROM posts WHERE deleted_at IS NULL)
            """
        ),
        (
            "live posts are searched",
            """
            SELECT 'post ' || p.id AS "Value" FROM posts p LEFT JOIN __post_search s ON s.{id} = p.id
            WHERE (p.deleted_at IS NULL) <> (s.{id} IS NOT NULL)
            """
        ),
    ];

    private const int FindingsMax = 100;

    public string Name => "plaza";

    public async IAsyncEnumerable<Finding> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        // Some installations run without a plaza: nothing of it was ever made.
        if (!(await db.Database.GetAppliedMigrationsAsync(cancellationToken)).Any())
            yield break;
        var id = db.Database.IsNpgsql() ? "post_id" : "rowid";
        foreach (var (name, sql) in Checks)
        {
            var limited = sql.Replace("{id}", id, StringComparison.Ordinal) + $" LIMIT {FindingsMax}";
            foreach (var found in await db.Database.SqlQueryRaw<string>(limited).ToListAsync(cancellationToken))
                yield return new Finding(name, found);
        }
    }
}
