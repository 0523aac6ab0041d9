using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Posts;

namespace SmartFlow.Forum.Search;

/// <summary>
/// The index of live posts by term: FTS5 on SQLite, a tsvector with GIN on PostgreSQL. Both hold the terms that
/// <see cref="SearchTerms"/> makes and neither analyses them, so both find the same posts.
/// </summary>
internal static class PostSearch
{
    // Matches from which walking the posts in order may be cheaper than sorting all that match.
    private const int WalkFrom = 2_000;

    // Whoever finds more looks for another word; counting all of them would be most of the search.
    private const int CountMax = 10_000;

    /// <summary>Writes or replaces what a live post is found by.</summary>
    public static async Task PutAsync(ForumDb db, long postId, PostFields fields, CancellationToken cancellationToken)
    {
        string[] terms =
        [
            .. SearchTerms.Of(fields.Title, fields.Summary),
            .. fields.Tags.Select(t => SearchTerms.OfTag(t.Key)),
        ];
        await RemoveAsync(db, postId, cancellationToken);
        if (db.Database.IsNpgsql())
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO __post_search (post_id, terms) VALUES ({postId}, array_to_tsvector({terms}))",
                cancellationToken
            );
        else
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO __post_search (rowid, terms) VALUES ({postId}, {string.Join(' ', terms)})",
                cancellationToken
            );
    }

    public static Task RemoveAsync(ForumDb db, long postId, CancellationToken cancellationToken) =>
        db.Database.IsNpgsql()
            ? db.Database.ExecuteSqlAsync($"DELETE FROM __post_search WHERE post_id = {postId}", cancellationToken)
            : db.Database.ExecuteSqlAsync($"DELETE FROM __post_search WHERE rowid = {postId}", cancellationToken);

    /// <summary>
    /// After a removal for good: FTS5 notes which rows are gone and keeps their terms until it merges, and so it merges
    /// now, all of the index. PostgreSQL's row is simply gone.
    /// </summary>
    public static Task ForgetRemovedAsync(ForumDb db, CancellationToken cancellationToken) =>
        db.Database.IsNpgsql()
            ? Task.CompletedTask
            : db.Database.ExecuteSqlAsync(
                $"INSERT INTO __post_search (__post_search) VALUES ('optimize')",
                cancellationToken
            );

    /// <summary>
    /// How many posts there are, from the counters of tags where no words are looked for; of those with words at most
    /// 10,000.
    /// </summary>
    public static async Task<int> CountAsync(ForumDb db, PostQuery query, CancellationToken cancellationToken)
    {
        if (query.Terms.Count == 0)
        {
            var key = query.TagKey ?? "";
            return await db.Tags.Where(t => t.Key == key).Select(t => t.Posts).FirstOrDefaultAsync(cancellationToken);
        }
        var sql = db.Database.IsNpgsql()
            ? """SELECT count(*)::int AS "Value" FROM (SELECT 1 FROM __post_search WHERE terms @@ CAST({0} AS tsquery) LIMIT {1}) AS found"""
            : """SELECT count(*) AS "Value" FROM (SELECT 1 FROM __post_search WHERE __post_search MATCH {0} LIMIT {1})""";
        var counts = await db.Database.SqlQueryRaw<int>(sql, Match(db, query), CountMax).ToListAsync(cancellationToken);
        return counts[0];
    }

    /// <summary>A page of ids, in order.</summary>
    /// <param name="db">Read from.</param>
    /// <param name="query">With words, a tag or both.</param>
    /// <param name="matches">What <see cref="CountAsync"/> said.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    public static async Task<List<long>> PageAsync(
        ForumDb db,
        PostQuery query,
        int matches,
        CancellationToken cancellationToken
    )
    {
        var (skip, take) = (query.Page.Skip, query.Page.Size);
        if (matches <= skip)
            return [];
        var form =
            !db.Database.IsNpgsql() ? SortSqlite
            : await WalksAsync(db, matches, skip + take, cancellationToken) ? WalkPostgres
            : query.Sort == PostSort.Latest ? LatestPostgres
            : SortPostgres;
        var count = query.Sort == PostSort.Likes ? "like_count" : "import_count";
        var order = query.Sort == PostSort.Latest ? "p.id DESC" : $"p.{count} DESC, p.id DESC";
        var sql = form.Replace("{order}", order, StringComparison.Ordinal)
            .Replace("{count}", count, StringComparison.Ordinal);
        return await db.Database.SqlQueryRaw<long>(sql, Match(db, query), take, skip).ToListAsync(cancellationToken);
    }

    private const string SortSqlite = """
        SELECT p.id AS "Value" FROM __post_search JOIN posts p ON p.id = __post_search.rowid WHERE __post_search MATCH {0}
        ORDER BY {order} LIMIT {1} OFFSET {2}
        """;

    // A look-up for each match, not a join: the planner would hash all posts for it, which costs more than the matches
    // do.
    private const string SortPostgres = """
        WITH found AS MATERIALIZED (SELECT post_id FROM __post_search WHERE terms @@ CAST({0} AS tsquery))
        SELECT post_id AS "Value" FROM found
        ORDER BY (SELECT p.{count} FROM posts p WHERE p.id = found.post_id) DESC, post_id DESC LIMIT {1} OFFSET {2}
        """;

    private const string LatestPostgres = """
        WITH found AS MATERIALIZED (SELECT post_id FROM __post_search WHERE terms @@ CAST({0} AS tsquery))
        SELECT post_id AS "Value" FROM found ORDER BY post_id DESC LIMIT {1} OFFSET {2}
        """;

    private const string WalkPostgres = """
        SELECT p.id AS "Value" FROM posts p
        WHERE p.deleted_at IS NULL AND (SELECT s.terms @@ CAST({0} AS tsquery) FROM __post_search s WHERE s.post_id = p.id)
        ORDER BY {order} LIMIT {1} OFFSET {2}
        """;

    /// <summary>
    /// In order, every n-th post matches: the page is full after n times its rows, each a probe. A match that is sorted
    /// costs its share of the bitmap and a look-up, measured as 1.4 probes.
    /// </summary>
    public static async Task<bool> WalksAsync(ForumDb db, int matches, int rows, CancellationToken cancellationToken)
    {
        if (matches < WalkFrom)
            return false;
        var all = await CountAsync(db, PostQuery.All, cancellationToken);
        return (long)rows * all / matches < matches * 14L / 10;
    }

    /// <summary>Terms are of a-z, 0-9, _ and #, and need no escaping inside quotes.</summary>
    private static string Match(ForumDb db, PostQuery query)
    {
        var terms = query.TagKey is { } tag
            ? query.Terms.Append(new SearchTerm(SearchTerms.OfTag(tag), Prefix: false))
            : query.Terms;
        return db.Database.IsNpgsql()
            ? string.Join(" & ", terms.Select(t => t.Prefix ? $"'{t.Text}':*" : $"'{t.Text}'"))
            : string.Join(" AND ", terms.Select(t => t.Prefix ? $"\"{t.Text}\"*" : $"\"{t.Text}\""));
    }
}
