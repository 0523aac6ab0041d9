using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Forum;
using SmartFlow.Forum.Plans;
using SmartFlow.Forum.Posts;

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
        "keyword=考研", "keyword=研", "keyword=英语", "keyword=考研英语", "keyword=python", "keyword=pyth", "keyword=PYTHON入门",
        "keyword=cet4", "keyword=cafe", "keyword=resume", "keyword=c%2B%2B", "keyword=o%27reilly", "keyword=%22quoted%22", "keyword=or+not",
        "keyword=*", "keyword=%28", "keyword=%27", "keyword=국어", "keyword=カタ", "keyword=𠮷野", "keyword=🙂", "keyword=1", "keyword=100",
        "tag=英语", "tag=PYTHON", "tag=python&keyword=入门", "tag=英语&keyword=考研", "tag=没有", "tag=%27%3B--", "sort=likes", "sort=imports",
        "keyword=考研&sort=likes", "tag=编程学习&sort=likes", "tag=编程学习&sort=imports&page_size=1&page=2", "page_size=2&page=3", "page=9",
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

    private static async Task FillAsync(SmartFlowApp app)
    {
        var mei = await app.SignUpAsync("mei");
        var posts = app.Services.GetRequiredService<NewPost>();
        var day = new DateOnly(2026, 12, 1);
        var ids = new List<long>();
        foreach (var (title, summary, tags) in Posts)
        {
            var plan = new Plan("auto", "mixed", "low", "low", "steady", true, [], [], day, day.AddDays(6), [new(title, 2)]);
            ids.Add(await posts.AddAsync(mei.Id, "mei", PostFields.Of(title, summary, tags), plan, 1, default));
        }
        await mei.LikeAsync(ids[3]);
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<ForumDb>>().CreateDbContextAsync();
        (await db.Posts.CountAsync()).ShouldBe(Posts.Length);
    }

    /// <summary>The total, then the titles.</summary>
    private static async Task<string[]> TitlesAsync(SmartFlowApp app, string query)
    {
        var answer = (await app.Anonymous.FetchAsync($"{PlazaActs.Square}/posts?{query}")).ShouldBe(HttpStatusCode.OK).Json;
        return [$"0: {answer.GetProperty("page").GetProperty("total").GetInt32()}", .. answer.GetProperty("items").Strings("title")];
    }
}
