using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>A student's week without a mouse: a plan is previewed, adjusted by keys, applied and taken back.</summary>
public sealed class WeekTests(Site site) : IClassFixture<Site>
{
    private const string ClassName = "概率论复习";

    [Fact]
    public async Task A_plan_is_adjusted_by_keys_applied_and_undone()
    {
        var page = await site.VisitAsync();
        await Site.SignUpAsync(page, "学周历的人");
        await Expect(page.GetByTestId("agenda-import")).ToBeVisibleAsync();
        await SetUpAsync(page);

        await page.GotoAsync("/week");
        await Expect(page.GetByTestId("block").Filter(new() { HasText = "操作系统" })).ToHaveCountAsync(1);
        await page.GetByTestId("plan-open").ClickAsync();
        await page.GetByTestId("plan-start").ClickAsync();
        await Expect(page.GetByTestId("preview-bar")).ToContainTextAsync("排入 3 项");
        await Expect(page.GetByTestId("diff-row")).ToHaveCountAsync(3);
        await Expect(page.GetByTestId("quality")).ToBeVisibleAsync();
        await Site.ShootAsync(page, "week-preview-zh");

        // The preview survives a reload; its last suggestion goes a section further down by keys alone.
        await page.ReloadAsync();
        var last = page.Locator(".suggested").Last;
        await Expect(last).ToBeVisibleAsync();
        var before = await last.GetAttributeAsync("aria-label");
        await last.FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(page.GetByTestId("announcement")).ToContainTextAsync("已拿起");
        await page.Keyboard.PressAsync(before!.Contains("12", StringComparison.Ordinal) ? "ArrowUp" : "ArrowDown");
        await Expect(page.GetByTestId("announcement")).ToContainTextAsync("可以放在这里");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".suggested").Last).Not.ToHaveAttributeAsync("aria-label", before);
        await Expect(page.Locator(".suggested").Last).ToBeFocusedAsync();

        await page.GetByTestId("preview-apply").ClickAsync();
        await Expect(page.GetByTestId("toast")).ToContainTextAsync("方案已应用");
        await Expect(page.GetByTestId("preview-bar")).ToHaveCountAsync(0);
        var study = page.GetByTestId("block").Filter(new() { HasTextRegex = new Regex("第一章|第二章|第三章") });
        await Expect(study).ToHaveCountAsync(3);
        await Site.ShootAsync(page, "week-zh");

        // The toast of the plan goes with what it would undo, so that no later undo is of something else.
        await page.Keyboard.PressAsync("Control+z");
        await Expect(study).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("toast")).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("toast")).ToContainTextAsync("已撤销：应用的方案");
        await Expect(page.GetByTestId("week-undo")).ToBeDisabledAsync();
        await page.GetByTestId("week-redo").ClickAsync();
        await Expect(study).ToHaveCountAsync(3);
        await page.GetByTestId("week-menu").ClickAsync();
        await page.GetByTestId("week-history").ClickAsync();
        await Expect(page.GetByTestId("history")).ToContainTextAsync("第一章");
        await Site.ShootAsync(page, "week-history-zh");
        await page.GetByTestId("history-undo").ClickAsync();
        await Expect(page.GetByTestId("history-redo")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(study).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("class-row")).ToContainTextAsync("已排 0/3");
    }

    [Fact]
    public async Task An_item_is_placed_moved_locked_and_taken_off_by_keys_and_a_course_says_no()
    {
        var page = await site.VisitAsync("en-US", ColorScheme.Dark);
        await Site.SignUpAsync(page, "keys-only");
        await SetUpAsync(page);
        await page.GotoAsync("/week/2");
        var block = await PlaceFirstAsync(page);
        await Expect(block).ToHaveAttributeAsync("aria-label", new Regex("Monday, sections 1–2"));
        await Expect(block).ToBeFocusedAsync();

        // Monday 3-4 is a course: it is said, nothing moves, and Escape leaves all as it was.
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("announcement"))
            .ToContainTextAsync("Not possible on Monday, sections 2–3: taken by “操作系统”");
        await page.Keyboard.PressAsync("Escape");
        await Expect(block).ToBeFocusedAsync();

        await page.Keyboard.PressAsync("l");
        await Expect(block).ToHaveAttributeAsync("aria-label", new Regex("locked"));
        await page.Keyboard.PressAsync("l");
        await Expect(block).Not.ToHaveAttributeAsync("aria-label", new Regex("locked"));
        await page.Keyboard.PressAsync("Delete");
        await Expect(block).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Control+z");
        await Expect(block).ToHaveCountAsync(1);
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue(
            "nothing overflows sideways"
        );
    }

    /// <summary>The answer to the placing is held until the next gestures have been made.</summary>
    [Fact]
    public async Task Gestures_made_before_the_server_has_answered_the_last_one_count()
    {
        var page = await site.VisitAsync("en-US");
        await Site.SignUpAsync(page, "quick-hands");
        await SetUpAsync(page);
        var answer = new TaskCompletionSource();
        await page.RouteAsync("**/schedule/placements", async route =>
        {
            await answer.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync("/week/2");
        var block = await PlaceFirstAsync(page);
        await Expect(block).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("carried")).ToBeFocusedAsync();
        answer.SetResult();
        await Expect(page.GetByTestId("toast")).ToContainTextAsync("Placed");

        // It is in the hand under the number that it had before the answer, and must not meet itself.
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.GetByTestId("announcement")).ToContainTextAsync("taken by “操作系统”");
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("toast").Last).ToContainTextAsync("Moved");
        await page.ReloadAsync();
        await Expect(block).ToHaveAttributeAsync("aria-label", new Regex("Tuesday, sections 2–3"));
    }

    [Fact]
    public async Task A_block_is_dragged_into_the_next_week_by_holding_it_over_the_way_there()
    {
        var page = await site.VisitAsync("en-US");
        await Site.SignUpAsync(page, "mouse-only");
        await SetUpAsync(page);
        await page.GotoAsync("/week/3");
        var block = await PlaceFirstAsync(page);
        await Expect(block).ToHaveAttributeAsync("aria-label", new Regex("Monday, sections 1–2"));

        await MoveToAsync(page, block);
        await page.Mouse.DownAsync();
        await MoveToAsync(page, page.GetByTestId("week-after"));
        await Expect(page).ToHaveURLAsync(new Regex("/week/4$"));
        await Expect(page.GetByRole(AriaRole.Application)).ToHaveAttributeAsync("aria-label", new Regex("4"));
        await MoveToAsync(page, page.Locator("[data-day='4']"));
        await Expect(page.GetByTestId("carried")).ToBeVisibleAsync();
        // A hand that is still is told of again and again, a driven mouse only when it moves.
        await MoveToAsync(page, page.GetByTestId("carried"));
        var moved = page.WaitForResponseAsync(response =>
            response.Request.Method == "PATCH"
            && response.Url.Contains("/schedule/placements/", StringComparison.Ordinal)
        );
        await page.Mouse.UpAsync();
        (await moved).Ok.ShouldBeTrue();
        await page.ReloadAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/week/4$"));
        await Expect(block).ToHaveAttributeAsync("aria-label", new Regex("Thursday"));
        await page.GotoAsync("/week/3");
        await Expect(page.GetByTestId("block").Filter(new() { HasText = "操作系统" })).ToHaveCountAsync(1);
        await Expect(block).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_next_term_is_started_and_the_one_before_can_be_looked_at_again()
    {
        var page = await site.VisitAsync("en-US");
        await Site.SignUpAsync(page, "second-half");
        await SetUpAsync(page);
        var tonight = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).Date.AddHours(23).AddMinutes(59);
        await SendAsync(
            page,
            "POST",
            "tasks",
            new
            {
                title = "due today",
                priority_group = 1,
                deadline_at = new DateTimeOffset(tonight, TimeSpan.FromHours(8)),
            }
        );
        await page.GotoAsync("/week/term");
        await page.GetByTestId("next-term").ClickAsync();
        await page.GetByTestId("next-name").FillAsync("spring");
        await Expect(page.GetByTestId("next-early")).ToBeVisibleAsync();
        await page.GetByTestId("next-start").ClickAsync();
        await Expect(page.GetByTestId("term-name")).ToHaveValueAsync("spring");

        var course = page.GetByTestId("block").Filter(new() { HasText = "操作系统" });
        await page.GotoAsync("/week");
        await Expect(page.GetByTestId("term-bar")).ToContainTextAsync("“spring” begins on");
        await Expect(course).ToHaveCountAsync(0);
        await page.GotoAsync("/today");
        await Expect(page.GetByTestId("agenda")).ToContainTextAsync("due today");
        await page.GetByTestId("term-bar").GetByRole(AriaRole.Link).ClickAsync();

        await page.GetByTestId("make-current").ClickAsync();
        await Expect(page.GetByTestId("term-name")).ToHaveValueAsync("测试学期");
        await page.GotoAsync("/week");
        await Expect(course).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("term-bar")).ToHaveCountAsync(0);
    }

    /// <summary>The mouse goes to the upper part of something, with the small steps of a hand.</summary>
    private static async Task MoveToAsync(IPage page, ILocator to)
    {
        var box = (await to.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + box.Width / 2, box.Y + Math.Min(box.Height / 2, 60), new() { Steps = 8 });
    }

    /// <summary>The first item, put by keys where it fits first.</summary>
    private static async Task<ILocator> PlaceFirstAsync(IPage page)
    {
        await page.GetByTestId("class-row").GetByRole(AriaRole.Button).First.ClickAsync();
        await page.GetByTestId("loose-item").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("carried")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        return page.GetByTestId("block").Filter(new() { HasText = "第一章" });
    }

    /// <summary>A term that began this week with one course, and a class of three items for the second week.</summary>
    private static async Task SetUpAsync(IPage page)
    {
        var monday = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).Date);
        monday = monday.AddDays(-(((int)monday.DayOfWeek + 6) % 7));
        await SendAsync(
            page,
            "PUT",
            "terms/current",
            new
            {
                name = "测试学期",
                first_monday = monday,
                weeks = 4,
            }
        );
        await SendAsync(
            page,
            "POST",
            "courses",
            new
            {
                name = "操作系统",
                teacher = "陈老师",
                place = "教三 201",
                arrangements = new[]
                {
                    new
                    {
                        day = 1,
                        section_from = 3,
                        section_to = 4,
                        weeks = new[] { 1, 2, 3, 4 },
                    },
                },
            }
        );
        await SendAsync(
            page,
            "POST",
            "task-classes",
            new
            {
                name = ClassName,
                start_date = monday.AddDays(7),
                end_date = monday.AddDays(13),
                subject = "quantitative",
                items = new[] { "第一章", "第二章", "第三章" }.Select(content => new { content, sections = 2 }),
            }
        );
    }

    /// <summary>As the page itself would: with its cookies and its token.</summary>
    private static async Task SendAsync(IPage page, string method, string path, object body)
    {
        const string script = """
            async ([method, path, body]) => {
              const csrf = decodeURIComponent(/(?:^|; )sf_csrf=([^;]*)/.exec(document.cookie)[1])
              const headers = { 'Content-Type': 'application/json', 'X-SmartFlow-Client': 'web', 'X-CSRF-Token': csrf, 'Idempotency-Key': path }
              const response = await fetch('/api/v1/' + path, { method, headers, body })
              return response.ok ? '' : response.status + ' ' + await response.text()
            }
            """;
        var refused = await page.EvaluateAsync<string>(script, new[] { method, path, JsonSerializer.Serialize(body) });
        refused.ShouldBe("");
    }
}
