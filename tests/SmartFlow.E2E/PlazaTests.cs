using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>
/// Two people on the plaza: one shows a plan, the other finds, likes, discusses and imports it, and the first earns.
/// </summary>
public sealed class PlazaTests(Site site) : IClassFixture<Site>
{
    private const string Plan = "考研英语四周计划";

    [Fact]
    public async Task A_plan_that_is_published_liked_and_imported_earns_its_author_six_Credit_for_good()
    {
        var (author, reader) = (await site.VisitAsync(), await site.VisitAsync());
        await Site.SignUpAsync(author, "小甲同学");
        await Site.SignUpAsync(reader, "小乙同学");
        await MakeClassAsync(author, Plan);

        await author.GotoAsync("/plaza");
        await author.GetByTestId("publish").ClickAsync();
        await Expect(author.GetByTestId("post-title")).ToHaveValueAsync(Plan);
        await author.GetByTestId("publish-send").ClickAsync();
        await Expect(author.GetByTestId("publish-form")).ToContainTextAsync("至少选一个标签");
        await author.GetByTestId("offered-tag").Filter(new() { HasText = "考研备考" }).ClickAsync();
        await author
            .GetByTestId("post-summary")
            .FillAsync("每天两节，先真题后作文。\n<img src=x onerror=\"document.title='broken'\">");
        await Site.ShootAsync(author, "plaza-publish-zh");
        await author.GetByTestId("publish-send").ClickAsync();
        // The first time it asks for the name that others will see.
        await author.GetByTestId("own-name").FillAsync("小甲同学");
        await author.GetByTestId("publish-send").ClickAsync();
        await Expect(author).ToHaveURLAsync(new Regex("/plaza/\\d+$"));
        await Expect(author.GetByTestId("post-title-shown")).ToHaveTextAsync(Plan);
        await Expect(author.GetByText("<img src=x")).ToBeVisibleAsync();
        (await author.TitleAsync()).ShouldNotBe("broken");

        // Two characters find it; the answer to a word that was typed over never shows.
        await reader.GotoAsync("/plaza");
        await reader.GetByTestId("plaza-search").PressSequentiallyAsync("没有这个词");
        await reader.GetByTestId("plaza-search").FillAsync("英语");
        await Expect(reader.GetByTestId("post-card")).ToHaveCountAsync(1);
        await Expect(reader).ToHaveURLAsync(new Regex("q=%E8%8B%B1%E8%AF%AD"));
        await Site.ShootAsync(reader, "plaza-search-zh");
        await reader.GetByTestId("post-link").ClickAsync();
        var like = reader.GetByTestId("like");
        await LikeAsync(reader, "1");
        await Expect(like).ToHaveAttributeAsync("aria-pressed", "true");

        await DiscussAsync(author, reader);
        await ImportAsync(reader);

        await EarnedAsync(author, 106);
        await author.GotoAsync("/store");
        await Expect(author.GetByTestId("balance")).ToHaveTextAsync("106.00");
        var rows = author.GetByTestId("transaction-row");
        await Expect(rows).ToHaveCountAsync(3);
        await Expect(rows.Nth(0)).ToContainTextAsync("帖子被导入");
        await Expect(rows.Nth(0)).ToContainTextAsync("+5");
        await Expect(rows.Nth(1)).ToContainTextAsync("帖子获赞");
        await Expect(rows.Nth(1)).ToContainTextAsync("+1");
        await Site.ShootAsync(author, "plaza-earned-store-zh");
        var before = await LedgerAsync(author);

        await reader.ReloadAsync();
        foreach (var count in new[] { "0", "1", "0" })
            await LikeAsync(reader, count);
        await reader.ReloadAsync();
        await Expect(reader.GetByTestId("like-count")).ToHaveTextAsync("0");
        (await LedgerAsync(author)).ShouldBe(before);

        await author.GotoAsync("/plaza");
        await author
            .GetByTestId("post-card")
            .Filter(new() { HasText = Plan })
            .GetByRole(AriaRole.Link, new() { Name = "小甲同学" })
            .ClickAsync();
        await Expect(author.GetByTestId("earned")).ToContainTextAsync("6.00");
        await Site.ShootAsync(author, "plaza-author-zh");
    }

    [Fact]
    public async Task A_reported_plan_is_judged_by_an_operator_and_is_gone_from_the_plaza()
    {
        await site.MakeOperatorAsync("demo");
        var (author, reader, page) = (await site.VisitAsync(), await site.VisitAsync(), await site.VisitAsync());
        await Site.SignUpAsync(author, "可疑的作者");
        await Site.SignUpAsync(reader, "细心的读者");
        await Site.NameAsync(author, "可疑的作者");
        var bad = await PostAsync(author, "加我领资料的计划");
        var fine = await PostAsync(author, "没有问题的计划");
        await ReportAsync(reader, bad, "每条都是广告");
        await ReportAsync(reader, fine, "");

        await page.GotoAsync("/");
        await page.GetByTestId("demo-sign-in").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));
        await page.GotoAsync("/operator/reports");
        var rows = page.GetByTestId("report-row");
        await Expect(rows).ToHaveCountAsync(2);
        var row = rows.Filter(new() { HasText = "每条都是广告" });
        await Expect(row).ToContainTextAsync("可疑的作者");
        await Expect(row).ToContainTextAsync("广告或刷屏");
        (await row.GetByRole(AriaRole.Link).First.GetAttributeAsync("href")).ShouldBe($"/plaza/{bad}");
        await row.GetByTestId("report-remove").ClickAsync();
        await Expect(page.GetByTestId("remove-form")).ToContainTextAsync("加我领资料的计划");
        await Site.ShootAsync(page, "operator-reports-zh");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("remove-form")).ToHaveCountAsync(0);
        await Expect(rows).ToHaveCountAsync(2);
        await row.GetByTestId("report-remove").ClickAsync();
        await page.GetByTestId("action-confirm").ClickAsync();
        await Expect(rows).ToHaveCountAsync(1);
        await rows.GetByTestId("report-keep").ClickAsync();
        await Expect(page.GetByTestId("empty")).ToBeVisibleAsync();

        await reader.GotoAsync("/plaza");
        await Expect(reader.GetByTestId("post-card").Filter(new() { HasText = "没有问题的计划" })).ToHaveCountAsync(1);
        await Expect(reader.GetByTestId("post-card").Filter(new() { HasText = "加我领资料的计划" }))
            .ToHaveCountAsync(0);
        (await reader.APIRequest.GetAsync($"/api/v1/plan-square/posts/{bad}")).Status.ShouldBe(404);
        await page.GetByTestId("operator-audit").ClickAsync();
        await Expect(page.GetByTestId("audit-row").Filter(new() { HasText = $"post:{bad}" }))
            .ToContainTextAsync("移除计划");
        await Expect(page.GetByTestId("audit-row").Filter(new() { HasText = $"post:{fine}" }))
            .ToContainTextAsync("保留被举报的计划");
    }

    [Fact]
    public async Task A_visitor_reads_the_plaza_and_is_back_at_the_post_after_signing_up_to_like_it()
    {
        var page = await site.VisitAsync();
        var troubles = new List<string>();
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
                troubles.Add($"{answer.Status} {answer.Url}");
        };
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                troubles.Add(message.Text);
        };
        await page.GotoAsync("/plaza");
        await Expect(page.GetByTestId("post-card").First).ToBeVisibleAsync();
        await Expect(page.GetByTestId("visitor-sign-in")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("nav-today")).ToHaveCountAsync(0);
        await Site.ShootAsync(page, "plaza-visitor-zh");
        await page.GetByTestId("plaza-search").FillAsync("考研数学");
        await Expect(page).ToHaveURLAsync(new Regex("q="));
        await Expect(page.GetByTestId("post-card")).ToHaveCountAsync(1);
        await page.GetByTestId("post-card").Locator("footer a").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/plaza/authors/\\d+$"));
        await Expect(page.GetByTestId("post-card").First).ToBeVisibleAsync();
        await page.GetByTestId("post-link").First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/plaza/\\d+$"));
        var post = page.Url;
        await Expect(page.GetByTestId("plan-item").First).ToBeVisibleAsync();
        await Expect(page.GetByTestId("import")).ToBeVisibleAsync();
        await page.GetByTestId("comment-input").FillAsync("还没登录时写的话");
        await Site.ShootAsync(page, "plaza-post-visitor-zh");
        foreach (var deed in new[] { "report", "import", "comment-send", "like" })
        {
            await page.GotoAsync(post);
            await page.GetByTestId(deed).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("/sign-in\\?return="));
        }
        troubles.ShouldBeEmpty();

        await page.GetByTestId("switch-mode").ClickAsync();
        await page.GetByTestId("username").FillAsync("刚来的读者");
        await page.GetByTestId("password").FillAsync("correct horse battery");
        await page.GetByTestId("register").ClickAsync();
        await Expect(page).ToHaveURLAsync(post);
        await Expect(page.GetByTestId("nav-today")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("room")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("comment-input")).ToHaveValueAsync("还没登录时写的话");
        await LikeAsync(page, "1");
        troubles.ShouldBeEmpty();
        await page.GotoAsync("/sign-in?return=/%09/elsewhere.example");
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));
    }

    [Fact]
    public async Task A_like_that_the_server_refuses_is_taken_back_and_the_list_keeps_its_place()
    {
        var page = await site.VisitAsync("en-US", height: 560);
        await Site.SignUpAsync(page, "rollback-reader");
        await page.GotoAsync("/plaza");
        await Expect(page.GetByTestId("post-card").First).ToBeVisibleAsync();
        await page.RouteAsync("**/like", route => route.FulfillAsync(
                new()
                {
                    Status = 429,
                    ContentType = "application/problem+json",
                    Body = """{"status":429,"code":"rate_limited","title":"Too many requests"}""",
                }
            ));
        var like = page.GetByTestId("post-card").Last.GetByTestId("like");
        var count = await like.TextContentAsync();
        await like.ClickAsync();
        await Expect(page.GetByText("Too many requests. Wait a moment")).ToBeVisibleAsync();
        await Expect(like).ToHaveAttributeAsync("aria-pressed", "false");
        await Expect(like).ToHaveTextAsync(count!.Trim());

        await page.EvaluateAsync("window.scrollTo(0, 150)");
        var at = await page.EvaluateAsync<double>("window.scrollY");
        at.ShouldBeGreaterThan(0);
        await page.GetByTestId("post-link").Last.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/plaza/\\d+$"));
        await Expect(page.GetByTestId("post-title-shown")).ToBeVisibleAsync();
        await page.GoBackAsync();
        await Expect(page.GetByTestId("post-card").First).ToBeVisibleAsync();
        await page.WaitForFunctionAsync("y => Math.abs(window.scrollY - y) < 40", at);
    }

    [Fact]
    public async Task The_plaza_fits_a_phone_in_the_dark()
    {
        var page = await site.VisitAsync("en-US", ColorScheme.Dark, 360, 780);
        await Site.SignUpAsync(page, "phone-reader");
        await page.GotoAsync("/plaza");
        await Expect(page.GetByTestId("post-card").First).ToBeVisibleAsync();
        await Site.ShootAsync(page, "plaza-phone-dark-en");
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue(
            "nothing overflows sideways"
        );
        await page.GetByTestId("post-link").First.ClickAsync();
        await Expect(page.GetByTestId("plan-item").First).ToBeVisibleAsync();
        await Expect(page.GetByTestId("room")).ToBeVisibleAsync();
        await Site.ShootAsync(page, "plaza-post-phone-dark-en");
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue(
            "nothing overflows sideways"
        );
    }

    /// <summary>
    /// The reader comments, the author answers, the draft survives a reload, a link leads to the answer.
    /// </summary>
    private static async Task DiscussAsync(IPage author, IPage reader)
    {
        await reader.GetByTestId("comment-input").FillAsync("作文从第几周开始？");
        await reader.ReloadAsync();
        await Expect(reader.GetByTestId("comment-input")).ToHaveValueAsync("作文从第几周开始？");
        await reader.GetByTestId("comment-send").ClickAsync();
        await reader.GetByTestId("own-name").FillAsync("小乙同学");
        await reader.GetByTestId("comment-send").ClickAsync();
        await Expect(reader.GetByTestId("comment")).ToContainTextAsync("作文从第几周开始？");
        await Expect(reader.GetByTestId("comment-input")).ToHaveValueAsync("");

        await author.ReloadAsync();
        await author.GetByTestId("reply").ClickAsync();
        await author.GetByTestId("comment-input").Nth(1).FillAsync("第三周，见 https://example.org/plan");
        await author.GetByTestId("comment-send").Nth(1).ClickAsync();
        await Expect(author.GetByTestId("comment")).ToHaveCountAsync(2);
        await reader.ReloadAsync();
        await Expect(reader.GetByTestId("comment")).ToHaveCountAsync(2);
        await reader.GetByTestId("reply").Nth(1).ClickAsync();
        await reader.GetByTestId("comment-input").Nth(1).FillAsync("谢谢！");
        await reader.GetByTestId("comment-send").Nth(1).ClickAsync();
        await Expect(reader.GetByTestId("comment-total")).ToHaveTextAsync("3");
        var link = reader.GetByRole(AriaRole.Link, new() { Name = "https://example.org/plan" });
        (await link.GetAttributeAsync("rel")).ShouldBe("nofollow ugc noopener noreferrer");
        await Site.ShootAsync(reader, "plaza-post-zh");

        var id = (await reader.GetByTestId("comment").Nth(1).GetAttributeAsync("id"))!["comment-".Length..];
        var post = reader.Url;
        await reader.GotoAsync($"{post}?comment={id}");
        await Expect(reader.GetByTestId("linked")).ToContainTextAsync("第三周");
        await reader.GotoAsync(post);
    }

    /// <summary>Presses the heart; the number shows before the server has answered.</summary>
    private static async Task LikeAsync(IPage page, string count)
    {
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.GetByTestId("like").ClickAsync(),
            r => r.Url.EndsWith("/like", StringComparison.Ordinal)
        );
        answer.Status.ShouldBe(200);
        await Expect(page.GetByTestId("like-count")).ToHaveTextAsync(count);
    }

    private static async Task ImportAsync(IPage reader)
    {
        await Expect(reader.GetByTestId("room")).ToContainTextAsync("节空闲");
        await reader.GetByTestId("import-name").FillAsync("我的英语计划");
        await reader.GetByTestId("import").ClickAsync();
        await Expect(reader.GetByTestId("imported")).ToBeVisibleAsync();
        await Expect(reader.GetByTestId("import-count")).ToContainTextAsync("1");
        var classes = await JsonAsync(reader, "/api/v1/task-classes");
        classes.GetProperty("items")[0].GetProperty("name").GetString().ShouldBe("我的英语计划");
    }

    /// <summary>A study plan whose items no other has; returns its id.</summary>
    private static async Task<int> MakeClassAsync(IPage page, string name)
    {
        var made = await page.EvaluateAsync<int>(
            """
            async name => (await (await fetch('/api/v1/task-classes', {
              method: 'POST',
              headers: {
                'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID(),
                'X-CSRF-Token': decodeURIComponent(document.cookie.match(/sf_csrf=([^;]*)/)[1]),
              },
              body: JSON.stringify({
                name, start_date: '2026-12-01', end_date: '2026-12-28',
                items: ['真题阅读', '作文模板', '完形与新题型'].map(content => ({ content: `${name} ${content}`, sections: 2 })),
              }),
            })).json()).id
            """,
            name
        );
        made.ShouldBePositive();
        return made;
    }

    /// <summary>A plan of its own on the plaza; returns the post's id.</summary>
    private static async Task<long> PostAsync(IPage page, string title)
    {
        await page.GotoAsync($"/plaza?publish={await MakeClassAsync(page, title)}");
        await Expect(page.GetByTestId("post-title")).ToHaveValueAsync(title);
        await page.GetByTestId("offered-tag").First.ClickAsync();
        await page.GetByTestId("publish-send").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/plaza/\\d+$"));
        return long.Parse(page.Url.Split('/')[^1], CultureInfo.InvariantCulture);
    }

    private static async Task ReportAsync(IPage page, long post, string note)
    {
        await page.GotoAsync($"/plaza/{post}");
        await page.GetByTestId("report").ClickAsync();
        await page.GetByTestId("report-note").FillAsync(note);
        await page.GetByTestId("report-send").ClickAsync();
        await Expect(page.GetByText("已收到举报")).ToBeVisibleAsync();
    }

    private static async Task EarnedAsync(IPage page, int credits)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while ((await JsonAsync(page, "/api/v1/credit-store/summary")).GetProperty("balance").GetInt32() != credits)
            await Task.Delay(50, limit.Token);
    }

    private static async Task<string> LedgerAsync(IPage page) =>
        (await JsonAsync(page, "/api/v1/credit-store/transactions?page_size=100")).GetRawText();

    private static async Task<JsonElement> JsonAsync(IPage page, string path) =>
        (await (await page.APIRequest.GetAsync(path)).JsonAsync())!.Value;
}
