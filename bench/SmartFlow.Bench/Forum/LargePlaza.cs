using Npgsql;
using NpgsqlTypes;
using SmartFlow.Forum.Plans;
using SmartFlow.Forum.Posts;
using SmartFlow.Forum.Search;

namespace SmartFlow.Bench.Forum;

/// <summary>
/// A plaza with many posts and ten times as many comments, a tenth of them on the newest post; every counter is right.
/// </summary>
internal static class LargePlaza
{
    /// <summary>Roots of the crowded post; the first of them holds half of its replies.</summary>
    public const int CrowdedRoots = 10_000;

    private const int Members = 5_000;

    private static readonly string[] Subjects =
    [
        "考研英语",
        "高等数学",
        "线性代数",
        "四级词汇",
        "六级听力",
        "Python",
        "Rust",
        "数据结构",
        "操作系统",
        "教师资格",
        "雅思口语",
        "行测申论",
        "法考主观题",
        "日语五十音",
        "computer networks",
    ];

    private static readonly string[] Forms =
    [
        "四周计划",
        "三轮复习安排",
        "冲刺打卡",
        "从零开始",
        "错题重做",
        "入门到项目",
        "每日两节",
        "真题精练",
    ];

    private static readonly string[] Notes =
    [
        "先概念后习题",
        "周日留给复盘",
        "适合每天只有两节空的同学",
        "第三周开始做真题",
        "with tests and a project",
        "词汇和听力交替",
        "晚上不排",
        "按章节走",
        "配合网课",
    ];

    private static readonly string[] Tags =
    [
        "考研备考",
        "期末复习",
        "四六级",
        "编程学习",
        "实习求职",
        "习惯养成",
        "竞赛项目",
        "证书考试",
        "英语",
        "数学",
        "Python",
        "日语",
    ];

    public static async Task FillAsync(NpgsqlDataSource source, int posts)
    {
        await using var connection = await source.OpenConnectionAsync();
        await RunAsync(
            connection,
            "SET synchronous_commit = off; SET maintenance_work_mem = '256MB'; SET work_mem = '128MB'"
        );
        await RunAsync(
            connection,
            """
            CREATE TABLE made AS SELECT indexname, indexdef FROM pg_indexes
                WHERE schemaname = 'forum' AND tablename IN ('posts', 'comments', 'post_likes', 'post_imports', '__post_search') AND indexname NOT LIKE 'pk%'
                AND indexname NOT LIKE '%pkey';
            DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM made LOOP EXECUTE 'DROP INDEX ' || i.indexname; END LOOP; END $$;
            CREATE UNLOGGED TABLE terms (post_id bigint, terms text[])
            """
        );
        var fields = Enumerable.Range(1, posts).Select(Fields).ToArray();
        await CopyPostsAsync(connection, fields);
        await CopyTagsAsync(connection, fields);
        await CopyTermsAsync(connection, fields);
        foreach (var sql in Rest)
            await RunAsync(
                connection,
                sql.Replace("{posts}", $"{posts}", StringComparison.Ordinal)
                    .Replace("{members}", $"{Members}", StringComparison.Ordinal)
                    .Replace("{roots}", $"{CrowdedRoots}", StringComparison.Ordinal)
            );
        await RunAsync(
            connection,
            """
            DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM made LOOP EXECUTE i.indexdef; END LOOP; END $$;
            DROP TABLE made; DROP TABLE terms
            """
        );
        await RunAsync(connection, "VACUUM ANALYZE");
    }

    private static PostFields Fields(int id)
    {
        var random = new Random(id);
        // One post in a thousand is about something that nothing else is about.
        var subject = id % 1_000 == 0 ? "古琴减字谱" : Subjects[random.Next(Subjects.Length)];
        var note = string.Join('，', Enumerable.Range(0, 4).Select(_ => Notes[random.Next(Notes.Length)]));
        string[] tags =
        [
            Tags[Math.Min(random.Next(Tags.Length), random.Next(Tags.Length))],
            Tags[random.Next(Tags.Length)],
            $"第{id % 3_000}组",
        ];
        return PostFields.Of($"{subject}{Forms[random.Next(Forms.Length)]} {id}", $"{note}。第 {id} 份。", tags);
    }

    private static async Task CopyPostsAsync(NpgsqlConnection connection, PostFields[] fields)
    {
        var day = new DateOnly(2026, 12, 1);
        var plan = new Plan(
            "auto",
            "mixed",
            "medium",
            "medium",
            "steady",
            true,
            [],
            [7],
            day,
            day.AddDays(27),
            [.. Enumerable.Range(1, 12).Select(i => new PlanItem($"第 {i} 章：概念与习题", 2))]
        ).ToJson();
        await using (
            var copy = await connection.BeginBinaryImportAsync(
                """
                COPY posts (id, author_id, title, summary, task_class_id, items, sections, days, plan_revision, like_count, import_count,
                    comment_count, created_at) FROM STDIN (FORMAT binary)
                """
            )
        )
        {
            for (var i = 0; i < fields.Length; i++)
            {
                await copy.StartRowAsync();
                await copy.WriteAsync((long)i + 1);
                await copy.WriteAsync((long)(i % Members) + 1);
                await copy.WriteAsync(fields[i].Title);
                await copy.WriteAsync(fields[i].Summary);
                await copy.WriteAsync((long)i + 1);
                foreach (var number in new[] { 12, 24, 28, 1, 0, 0, 0 })
                    await copy.WriteAsync(number);
                await copy.WriteAsync(1_780_000_000_000_000L + (i * 1_000_000L));
            }
            await copy.CompleteAsync();
        }
        await using var insert = new NpgsqlCommand("INSERT INTO post_plans SELECT id, $1 FROM posts", connection)
        {
            CommandTimeout = 0,
        };
        insert.Parameters.Add(new() { Value = plan });
        await insert.ExecuteNonQueryAsync();
    }

    private static async Task CopyTagsAsync(NpgsqlConnection connection, PostFields[] fields)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY post_tags (post_id, position, key, name) FROM STDIN (FORMAT binary)"
        );
        for (var i = 0; i < fields.Length; i++)
        for (var position = 0; position < fields[i].Tags.Count; position++)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync((long)i + 1);
            await copy.WriteAsync(position);
            await copy.WriteAsync(fields[i].Tags[position].Key);
            await copy.WriteAsync(fields[i].Tags[position].Name);
        }
        await copy.CompleteAsync();
    }

    private static async Task CopyTermsAsync(NpgsqlConnection connection, PostFields[] fields)
    {
        await using var copy = await connection.BeginBinaryImportAsync(
            "COPY terms (post_id, terms) FROM STDIN (FORMAT binary)"
        );
        for (var i = 0; i < fields.Length; i++)
        {
            string[] terms =
            [
                .. SearchTerms.Of(fields[i].Title, fields[i].Summary),
                .. fields[i].Tags.Select(t => SearchTerms.OfTag(t.Key)),
            ];
            await copy.StartRowAsync();
            await copy.WriteAsync((long)i + 1);
            await copy.WriteAsync(terms, NpgsqlDbType.Array | NpgsqlDbType.Text);
        }
        await copy.CompleteAsync();
    }

    /// <summary>
    /// Likes, imports and comments by number; nine comments on each post, in three threads three deep.
    /// </summary>
    private static readonly string[] Rest =
    [
        "INSERT INTO __post_search SELECT post_id, array_to_tsvector(terms) FROM terms",
        "INSERT INTO members SELECT g, '同学' || g, 0 FROM generate_series(1, {members}) g",
        "INSERT INTO tags SELECT key, min(name), count(*) FROM post_tags GROUP BY key UNION ALL SELECT '', '', {posts}",
        "INSERT INTO post_likes SELECT p, u, true, 0 FROM generate_series(1, {posts}) p, generate_series(1, (p * 7919 % 9)::int) u",
        "INSERT INTO post_imports SELECT p, u, 1, 1, NULL, 0, 0, 0 FROM generate_series(1, {posts}) p, generate_series(1, (p * 10007 % 5)::int) u",
        """
            INSERT INTO comments (id, post_id, root_id, parent_id, depth, author_id, content, reply_count, created_at)
            SELECT k * {posts} + p, p, CASE WHEN k >= 3 THEN k % 3 * {posts} + p END, CASE WHEN k >= 3 THEN (k - 3) * {posts} + p END, k / 3,
                1 + (k * {posts} + p) % {members}, '这份计划我用了两周，第 ' || k || ' 条。', CASE WHEN k < 3 THEN 2 ELSE 0 END, 0
            FROM generate_series(0, 8) k, generate_series(1, {posts}) p
            """,
        """
            INSERT INTO comments (id, post_id, root_id, parent_id, depth, author_id, content, reply_count, created_at)
            SELECT 9 * {posts} + g, {posts}, r, r, CASE WHEN r IS NULL THEN 0 ELSE 1 END, 1 + g % {members}, '热门帖下的第 ' || g || ' 条。', 0, 0
            FROM (SELECT g, CASE WHEN g <= {roots} THEN NULL WHEN g % 2 = 0 THEN 9 * {posts} + 1 ELSE 9 * {posts} + 2 + g % ({roots} - 1) END AS r
                FROM generate_series(1, {posts}) g) n
            """,
        """
            UPDATE comments c SET reply_count = n.count FROM (SELECT root_id, count(*)::int AS count FROM comments
                WHERE post_id = {posts} AND root_id IS NOT NULL GROUP BY root_id) n WHERE c.id = n.root_id
            """,
        "UPDATE posts SET like_count = id * 7919 % 9, import_count = id * 10007 % 5, comment_count = 9 + CASE WHEN id = {posts} THEN {posts} ELSE 0 END",
        "SELECT setval(pg_get_serial_sequence('posts', 'id'), {posts}), setval(pg_get_serial_sequence('comments', 'id'), 10 * {posts})",
    ];

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
