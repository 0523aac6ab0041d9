using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SmartFlow.Tests;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>
/// From the sign-in page of somebody new to a first plan in the week, with every click and every field counted.
/// </summary>
public sealed partial class FirstHourTests(Site site) : IClassFixture<Site>
{
    private const int ActionsMax = 12;

    [Theory]
    [InlineData("zh-CN", "小明", 1280, 860, "first-hour-zh")]
    [InlineData("en-US", "Jo", 390, 844, "first-hour-phone-en")]
    public async Task A_first_plan_stands_in_the_week_after_twelve_actions(
        string locale,
        string name,
        int width,
        int height,
        string picture
    )
    {
        var page = await site.VisitAsync(locale, width < 500 ? ColorScheme.Dark : ColorScheme.Light, width, height);
        var actions = 0;
        ILocator On(string testid)
        {
            actions++;
            return page.GetByTestId(testid);
        }

        await page.GotoAsync("/");
        await On("switch-mode").ClickAsync();
        await On("username").FillAsync(name);
        await On("password").FillAsync("correct horse battery");
        await On("register").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));

        // The term: asked is the week, everything else is proposed.
        await Expect(page.GetByTestId("setup")).ToBeVisibleAsync();
        await Site.ShootAsync(page, picture + "-term");
        await On("setup-week").SelectOptionAsync("3");
        await On("setup-save").ClickAsync();
        // The timetable.
        await Site.ShootAsync(page, picture + "-timetable");
        await On("setup-file-input")
            .SetInputFilesAsync(Path.Combine(Repository.Root, "tests", "fixtures", "timetables", "wakeup.csv"));
        await On("import").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));
        // The first plan, which leads into the week with the question already asked.
        await On("setup-items").FillAsync("Chapter 1, 2 sections\nUnit 1\nLab report 2 节");
        await Site.ShootAsync(page, picture + "-plan");
        await On("setup-create").ClickAsync();
        await Expect(page).ToHaveURLAsync(Week());
        await Expect(page.GetByTestId("plan-class")).ToBeCheckedAsync();
        await On("plan-start").ClickAsync();
        await On("preview-apply").ClickAsync();
        await Expect(page.GetByTestId("preview-apply")).ToHaveCountAsync(0);
        await Site.ShootAsync(page, picture + "-week");
        actions.ShouldBeLessThanOrEqualTo(ActionsMax);

        var term = (await (await page.APIRequest.GetAsync("/api/v1/terms/current")).JsonAsync())!.Value;
        term.GetProperty("time_zone").GetString().ShouldBe("Asia/Shanghai");
        term.GetProperty("current_week").GetInt32().ShouldBe(3);
        var plans = (await (await page.APIRequest.GetAsync("/api/v1/task-classes")).JsonAsync())!.Value.GetProperty(
            "items"
        );
        plans[0].GetProperty("progress").GetProperty("placed").GetInt32().ShouldBe(3);
        // It has nothing more to say.
        await page.GotoAsync("/today");
        await Expect(page.GetByTestId("agenda")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("setup")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_was_being_written_is_there_after_a_closed_tab_and_after_the_session_ended()
    {
        var page = await site.VisitAsync();
        await Site.SignUpAsync(page, "写到一半的人");
        await page.GetByTestId("quick-add").FillAsync("明天交");
        await page.Keyboard.PressAsync("Escape");
        await page.EvaluateAsync("document.activeElement.blur()");
        await page.Keyboard.PressAsync("n");
        await page.GetByTestId("task-title").Locator("input").FillAsync("写了一半的任务");
        await page.WaitForFunctionAsync(
            "() => Object.keys(localStorage).filter((k) => /quick-add|task.new/.test(k)).length === 2"
        );
        await page.CloseAsync();

        page = await page.Context.NewPageAsync();
        await page.GotoAsync("/today");
        await Expect(page.GetByTestId("quick-add")).ToHaveValueAsync("明天交");
        await page.EvaluateAsync("document.activeElement.blur()");
        await page.Keyboard.PressAsync("n");
        await Expect(page.GetByTestId("task-title").Locator("input")).ToHaveValueAsync("写了一半的任务");

        // The session ends elsewhere: the next request leads to the sign-in, which says why, and back.
        await page.Context.ClearCookiesAsync();
        await page.GetByTestId("task-save").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in\\?"));
        await Expect(page.GetByTestId("why")).ToContainTextAsync("登录已过期");
        await Site.ShootAsync(page, "session-ended-zh");
        await page.GetByTestId("username").FillAsync("写到一半的人");
        await page.GetByTestId("password").FillAsync("correct horse battery");
        await page.GetByTestId("sign-in").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));
        await Expect(page.GetByTestId("quick-add")).ToHaveValueAsync("明天交");
        // The dialog that was open is open again.
        await Expect(page.GetByTestId("task-title").Locator("input")).ToHaveValueAsync("写了一半的任务");
        await page.GetByTestId("task-save").ClickAsync();
        await Expect(page.GetByTestId("task-item")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_page_that_cannot_be_fetched_is_said_and_opened_once_the_server_is_back()
    {
        var page = await site.VisitAsync("en-US");
        await Site.SignUpAsync(page, "out-of-reach");
        await Expect(page.GetByTestId("agenda")).ToBeVisibleAsync();
        await page.Context.SetOfflineAsync(true);
        await page.GetByTestId("nav-store").ClickAsync();
        await Expect(page.GetByTestId("unreachable")).ToContainTextAsync("Store");
        await Site.ShootAsync(page, "unreachable-en");
        await page.Context.SetOfflineAsync(false);
        await Expect(page).ToHaveURLAsync(new Regex("/store$"));
        await Expect(page.GetByTestId("balance")).ToBeVisibleAsync();
        await Expect(page.GetByTestId("unreachable")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Today_is_read_without_the_server_and_nothing_of_it_is_left_after_signing_out()
    {
        var page = await site.VisitAsync(keeps: true);
        await Site.SignUpAsync(page, "没有网的人");
        await page.GetByTestId("quick-add").FillAsync("带上学生证");
        await page.GetByTestId("quick-add").PressAsync("Enter");
        await Expect(page.GetByTestId("task-item")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync(
            "async () => navigator.serviceWorker.controller && (await (await caches.open('smartflow-kept')).keys()).length >= 3"
        );
        await page.ReloadAsync();
        await Expect(page.GetByTestId("task-item")).ToHaveCountAsync(1);

        await page.Context.SetOfflineAsync(true);
        await page.ReloadAsync();
        await Expect(page.GetByTestId("task-item")).ToContainTextAsync("带上学生证");
        await Expect(page.GetByTestId("unreachable")).ToContainTextAsync(AsOf());
        await Site.ShootAsync(page, "offline-zh");

        await page.Context.SetOfflineAsync(false);
        await Expect(page.GetByTestId("unreachable")).ToHaveCountAsync(0);
        await page.GotoAsync("/settings");
        await page.GetByTestId("settings-sign-out").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/sign-in"));
        (await page.EvaluateAsync<bool>("caches.has('smartflow-kept')")).ShouldBeFalse();
        await page.Context.SetOfflineAsync(true);
        await page.GotoAsync("/today");
        await Expect(page.Locator("body")).Not.ToContainTextAsync("带上学生证");
        (await page.EvaluateAsync<bool>("caches.has('smartflow-kept')")).ShouldBeFalse();
    }

    [GeneratedRegex(@"离线：显示的是 \d\d:\d\d 的内容")]
    private static partial Regex AsOf();

    [GeneratedRegex("/week")]
    private static partial Regex Week();
}
