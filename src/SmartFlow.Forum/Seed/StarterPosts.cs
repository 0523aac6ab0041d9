using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Forum.Plans;
using SmartFlow.Forum.Posts;
using SmartFlow.Platform;

namespace SmartFlow.Forum.Seed;

/// <summary>
/// A few plans of somebody else, so that the plaza of a development copy is not empty. Never in production.
/// </summary>
internal sealed class StarterPosts(
    IHostEnvironment environment,
    IUserAuth users,
    IDbContextFactory<ForumDb> databases,
    NewPost posts,
    TimeProvider time
) : ISeedScenario
{
    private const string Author = "林晚秋";

    public string Name => "starter";

    public int Order => 30;

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
            return;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Posts.AnyAsync(cancellationToken))
            return;
        var request = new GetUsersRequest();
        request.Usernames.Add(Author);
        var found = await users.GetUsersAsync(request, cancellationToken);
        if (found.Items.Count == 0)
            return;
        var monday = DateOnly.FromDateTime(time.GetUtcNow().Date);
        while (monday.DayOfWeek != DayOfWeek.Monday)
            monday = monday.AddDays(-1);
        foreach (var (title, summary, tags, plan) in Posts(monday))
            await posts.AddAsync(
                found.Items[0].UserId,
                Author,
                PostFields.Of(title, summary, tags),
                plan,
                taskClassId: 0,
                cancellationToken
            );
    }

    private static IEnumerable<(string Title, string Summary, string[] Tags, Plan Plan)> Posts(DateOnly monday)
    {
        yield return (
            "四级词汇三周冲刺",
            "每天两节，先核心词再真题例句；周日留给复盘，不排新词。",
            ["四六级", "习惯养成"],
            Plan(
                "memory",
                "rapid",
                monday,
                21,
                [7],
                [
                    ("核心词 1-300 与例句", 2),
                    ("核心词 301-600 与例句", 2),
                    ("核心词 601-900 与例句", 2),
                    ("真题完形中的高频词", 2),
                    ("近义词辨析", 2),
                    ("听写全部错词", 1),
                    ("模拟卷词汇部分", 2),
                ]
            )
        );
        yield return (
            "考研数学一轮：极限到积分",
            "按章节走，一章一套题。每周二、周四晚上不排，留给班级课程。",
            ["考研备考", "期末复习"],
            Plan(
                "quantitative",
                "steady",
                monday,
                56,
                [],
                [
                    ("极限与连续：概念", 2),
                    ("极限与连续：习题 40 道", 3),
                    ("导数与微分：概念", 2),
                    ("导数与微分：习题 40 道", 3),
                    ("中值定理专题", 3),
                    ("不定积分：换元与分部", 3),
                    ("定积分与应用", 3),
                    ("错题重做", 2),
                    ("章节测试", 4),
                ]
            )
        );
        yield return (
            "Python from zero to a small project",
            "Four weeks: syntax, files, tests, then a command-line tool of your own.",
            ["编程学习", "实习求职"],
            Plan(
                "mixed",
                "steady",
                monday,
                28,
                [6, 7],
                [
                    ("Variables, control flow, functions", 2),
                    ("Lists, dictionaries, comprehensions", 2),
                    ("Files and exceptions", 2),
                    ("Modules and virtual environments", 1),
                    ("Write tests with pytest", 2),
                    ("Plan the project", 1),
                    ("Build it", 4),
                    ("Polish and write the README", 2),
                ]
            )
        );
        yield return (
            "教师资格证笔试六周计划",
            "科目一和科目二交替，写作每周一篇。",
            ["证书考试"],
            Plan(
                "reading",
                "steady",
                monday,
                42,
                [],
                [
                    ("教育观、学生观、教师观", 2),
                    ("教育法律法规", 2),
                    ("写作：材料作文一篇", 2),
                    ("教育学基础", 3),
                    ("心理学基础", 3),
                    ("教学设计题型", 2),
                    ("真题两套", 4),
                ]
            )
        );
    }

    private static Plan Plan(
        string subject,
        string strategy,
        DateOnly monday,
        int days,
        int[] excludedDays,
        (string Content, int Sections)[] items
    ) =>
        new(
            "auto",
            subject,
            "medium",
            "medium",
            strategy,
            AllowFillerCourses: true,
            [],
            excludedDays,
            monday,
            monday.AddDays(days - 1),
            [.. items.Select(i => new PlanItem(i.Content, i.Sections))]
        );
}
