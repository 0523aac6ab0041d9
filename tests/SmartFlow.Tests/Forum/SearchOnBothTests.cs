using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Forum;
using SmartFlow.Forum.Plans;
using SmartFlow.Forum.Posts;
using SmartFlow.Forum.Search;
using SmartFlow.Forum.Writing;

namespace SmartFlow.Tests.Forum;

/// <summary>The same posts, the same questions, on SQLite and on PostgreSQL.</summary>
public sealed class SearchOnBothTests(PostgresServer postgres)
{
    private static readonly (string Title, string Summary, string[] Tags)[] Posts =
    [
        ("考研英语四周计划", "每天两节，先真题", ["考研备考", "英语"]),
        ("四六级词汇冲刺", "考研的同学也可以用", ["四六级", "英语"]),
        ("备考，研究方法课程", "论文写作", ["期末复习"]),
        ("Python 入门到项目", "From zero: files, tests, CLI", ["编程学习", "Python"]),
        ("python数据分析三周", "pandas 与可视化", ["编程学习"]),
        ("ＣＥＴ４ 听力 café", "resume résumé", ["四六级"]),
        ("100 天 C++ 刷题", "O'Reilly \"quoted\" & (brackets) OR * NOT", ["竞赛项目"]),
        ("한국어 공부 계획", "カタカナ 日本語", ["习惯养成"]),
        ("𠮷野 rare characters", "🙂 emoji only here", ["习惯养成"]),
    ];

    private static readonly string[] Queries =
    [
        "keyword=考研",
        "keyword=研",
        "keyword=英语",
        "keyword=考研英语",
        "keyword=python",
        "keyword=pyth",
        "keyword=PYTHON入门",
        "keyword=cet4",
        "keyword=cafe",
        "keyword=resume",
        "keyword=c%2B%2B",
        "keyword=o%27reilly",
        "keyword=%22quoted%22",
        "keyword=or+not",
        "keyword=*",
        "keyword=%28",
        "keyword=%27",
        "keyword=국어",
        "keyword=カタ",
        "keyword=𠮷野",
        "keyword=🙂",
        "keyword=1",
        "keyword=100",
        "tag=英语",
        "tag=PYTHON",
        "tag=python&keyword=入门",
        "tag=英语&keyword=考研",
        "tag=没有",
        "tag=%27%3B--",
        "sort=likes",
        "sort=imports",
        "keyword=考研&sort=likes",
        "tag=编程学习&sort=likes",
        "tag=编程学习&sort=imports&page_size=1&page=2",
        "page_size=2&page=3",
        "page=9",
    ];

    [Fact]
    public async Task Every_query_finds_the_same_posts_in_the_same_order()
    {
        await using var sqlite = await SmartFlowApp.StartAsync(postgres: null);
        await using var server = await SmartFlowApp.StartAsync(postgres);
        await FillAsync(sqlite);
        await FillAsync(server);
        var found = new Dictionary<string, string[]>();
        foreach (var query in Queries)
        {
            found[query] = await TitlesAsync(sqlite, query);
            (await TitlesAsync(server, query)).ShouldBe(found[query], query);
        }
        found["keyword=考研"].ShouldBe(["0: 2", Posts[1].Title, Posts[0].Title]);
        found["keyword=研"].Length.ShouldBe(4);
        found["keyword=*"].ShouldBe(["0: 0"]);
        found["tag=英语&keyword=考研"].ShouldBe(["0: 2", Posts[1].Title, Posts[0].Title]);
        found["sort=likes"][1].ShouldBe(Posts[3].Title);
        (await sqlite.AuditAsync()).ShouldBeEmpty();
        (await server.AuditAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("考研", null)]
    [InlineData("研", "英语")]
    [InlineData("考研 pla", "英语")]
    public async Task Words_that_thousands_of_posts_hold_find_the_same_pages_walked_or_sorted(string words, string? tag)
    {
        await using var sqlite = await SmartFlowApp.StartAsync(postgres: null);
        await using var server = await SmartFlowApp.StartAsync(postgres);
        await FillManyAsync(sqlite);
        await FillManyAsync(server);
        await using var db = await server
            .Services.GetRequiredService<IDbContextFactory<ForumDb>>()
            .CreateDbContextAsync();
        var found = Live.Where(id => HasWords(id) && (tag is null || HasTag(id))).ToList();
        foreach (var sort in new[] { "latest", "likes", "imports" })
        {
            int[] ordered =
            [
                .. found
                    .OrderByDescending(id =>
                        sort == "likes" ? Likes(id)
                        : sort == "imports" ? Imports(id)
                        : 0
                    )
                    .ThenByDescending(id => id),
            ];
            foreach (
                var (page, walks) in new[]
                {
                    (1, true),
                    (2, true),
                    (30, true),
                    (found.Count / 50, false),
                    ((found.Count / 50) + 2, false),
                }
            )
            {
                var query = PostQuery.Of(page, 50, sort, words, tag, null);
                (await PostSearch.WalksAsync(db, found.Count, query.Page.Skip + query.Page.Size, default)).ShouldBe(
                    walks,
                    $"{sort} {page}"
                );
                foreach (var app in new[] { sqlite, server })
                {
                    var answer = (
                        await app.Anonymous.FetchAsync(
                            $"{PlazaActs.Square}/posts?keyword={words}&tag={tag}&sort={sort}&page_size=50&page={page}"
                        )
                    )
                        .ShouldBe(HttpStatusCode.OK)
                        .Json;
                    answer.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(found.Count);
                    answer
                        .GetProperty("items")
                        .EnumerateArray()
                        .Select(p => p.GetProperty("id").GetInt32())
                        .ShouldBe(ordered.Skip((page - 1) * 50).Take(50), $"{sort} {page}");
                }
            }
        }
        (await sqlite.AuditAsync()).ShouldBeEmpty();
        (await server.AuditAsync()).ShouldBeEmpty();
    }

    private const int Many = 4_000;

    private static IEnumerable<int> Live => Enumerable.Range(1, Many).Where(id => id % 50 != 0);

    private static bool HasWords(int id) => id % 3 != 0;

    private static bool HasTag(int id) => id % 7 != 0;

    // Few different numbers, so that most posts stand in their order by id.
    private static int Likes(int id) => id * 37 % 11;

    private static int Imports(int id) => id * 13 % 5 == 4 ? 1 : 0;

    /// <summary>As <see cref="Live"/> and its neighbours say, by number: one by one they would take a minute.</summary>
    private static async Task FillManyAsync(SmartFlowApp app)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ForumDb>>().CreateDbContextAsync();
        var tag = TagName.Of("英语");
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO posts (id, author_id, title, summary, task_class_id, items, sections, days, plan_revision, like_count,
                import_count, comment_count, created_at, deleted_at)
            WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < {Many})
            SELECT id, 1, 'plan', '', 0, 1, 2, 7, 1, id * 37 % 11, CASE WHEN id * 13 % 5 = 4 THEN 1 ELSE 0 END, 0, 0,
                CASE WHEN id % 50 = 0 THEN 1 END FROM n
            """
        );
        // What the counters count.
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO post_likes (post_id, user_id, liked, first_at)
            WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < 11)
            SELECT p.id, n.id, {true}, 0 FROM posts p JOIN n ON n.id <= p.like_count
            """
        );
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO post_imports (post_id, user_id, plan_revision, asked_revision, started_at, imported_at)
            SELECT id, 2, 1, 1, 0, 0 FROM posts WHERE import_count = 1
            """
        );
        await db.Database.ExecuteSqlAsync(
            $"INSERT INTO post_tags (post_id, position, key, name) SELECT id, 0, {tag.Key}, {tag.Name} FROM posts WHERE id % 7 <> 0"
        );
        await TagCounts.ChangeAsync(db, [tag], Live.Count(HasTag), default);
        await TagCounts.ChangeAsync(db, [new("", "")], Live.Count(), default);
        foreach (var (words, tagged) in new[] { (true, true), (true, false), (false, true), (false, false) })
        {
            string[] terms =
            [
                .. SearchTerms.Of(words ? "考研英语 plan" : "四级词汇"),
                .. tagged ? new[] { SearchTerms.OfTag(tag.Key) } : [],
            ];
            await (
                db.Database.IsNpgsql()
                    ? db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO __post_search (post_id, terms) SELECT id, array_to_tsvector({terms}) FROM posts
                        WHERE deleted_at IS NULL AND (id % 3 <> 0) = {words} AND (id % 7 <> 0) = {tagged}
                        """
                    )
                    : db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO __post_search (rowid, terms) SELECT id, {string.Join(' ', terms)} FROM posts
                        WHERE deleted_at IS NULL AND (id % 3 <> 0) = {words} AND (id % 7 <> 0) = {tagged}
                        """
                    )
            );
        }
    }

    private static async Task FillAsync(SmartFlowApp app)
    {
        var mei = await app.SignUpWithNameAsync("mei");
        var posts = app.Services.GetRequiredService<NewPost>();
        var day = new DateOnly(2026, 12, 1);
        var ids = new List<long>();
        foreach (var (title, summary, tags) in Posts)
        {
            var plan = new Plan(
                "auto",
                "mixed",
                "low",
                "low",
                "steady",
                true,
                [],
                [],
                day,
                day.AddDays(6),
                [new(title, 2)]
            );
            ids.Add(await posts.AddAsync(mei.Id, "mei", PostFields.Of(title, summary, tags), plan, 1, default));
        }
        await mei.LikeAsync(ids[3]);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ForumDb>>().CreateDbContextAsync();
        (await db.Posts.CountAsync()).ShouldBe(Posts.Length);
    }

    /// <summary>The total, then the titles.</summary>
    private static async Task<string[]> TitlesAsync(SmartFlowApp app, string query)
    {
        var answer = (await app.Anonymous.FetchAsync($"{PlazaActs.Square}/posts?{query}"))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        return
        [
            $"0: {answer.GetProperty("page").GetProperty("total").GetInt32()}",
            .. answer.GetProperty("items").Strings("title"),
        ];
    }
}
