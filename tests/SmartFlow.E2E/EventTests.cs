using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>What a person does at fixed times besides courses: put into a free cell, left out once, deleted.</summary>
public sealed class EventTests(Site site) : IClassFixture<Site>
{
    [Theory]
    [InlineData("zh-CN", 1280, ColorScheme.Light, "有社团的人", "社团活动", "每周三交周报", "每周三", "每周三")]
    [InlineData(
        "en-US",
        390,
        ColorScheme.Dark,
        "goes-to-the-gym",
        "Gym",
        "hand in the report every other Friday",
        "every other Friday",
        "every 2 weeks on Fri"
    )]
    public async Task An_event_is_put_into_a_free_cell_and_a_task_comes_every_week(
        string locale,
        int width,
        ColorScheme theme,
        string name,
        string title,
        string line,
        string marked,
        string repeats
    )
    {
        var page = await site.VisitAsync(locale, theme, width);
        await Site.SignUpAsync(page, name);
        await page.GotoAsync("/week/2");
        var cell = page.GetByTestId("free-cell");
        await cell.FocusAsync();
        for (var i = 0; i < 8; i++)
            await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByTestId("cell-menu")).ToBeVisibleAsync();
        await Site.ShootAsync(page, $"week-cell-{locale}");
        await page.GetByTestId("cell-event").ClickAsync();
        await page.GetByTestId("event-save").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(1);
        await page.GetByTestId("event-title").FillAsync(title);
        await page.GetByTestId("event-repeat").SelectOptionAsync("weekly");
        await Site.ShootAsync(page, $"week-event-{locale}");
        await page.GetByTestId("event-save").ClickAsync();
        var block = page.GetByTestId("block").Filter(new() { HasText = title });
        await Expect(block)
            .ToHaveAttributeAsync("aria-label", new Regex(locale == "en-US" ? "sections 9–10" : "第 9–10 节"));
        await Site.ShootAsync(page, $"week-events-{locale}");

        // One week less; the next one is as it was.
        await block.ClickAsync();
        await page.GetByTestId("event-cancel").ClickAsync();
        await Expect(block).ToHaveCountAsync(0);
        await page.GotoAsync("/week/3");
        await block.ClickAsync();
        await page.GetByTestId("event-edit").ClickAsync();
        await page.GetByTestId("event-place").FillAsync("体育馆");
        await page.GetByTestId("event-save").ClickAsync();
        await Expect(block).ToContainTextAsync("体育馆");

        // Supper lies between two sections.
        await block.ClickAsync();
        await page.GetByTestId("event-edit").ClickAsync();
        await page.GetByText(locale == "en-US" ? "By the clock" : "按钟点").ClickAsync();
        await page.GetByTestId("event-starts").FillAsync("18:00");
        await page.GetByTestId("event-ends").FillAsync("18:30");
        await page.GetByTestId("event-save").ClickAsync();
        await Expect(block)
            .ToHaveAttributeAsync(
                "aria-label",
                new Regex(locale == "en-US" ? "outside the sections, 18:00" : "节次之外，18:00")
            );
        await Site.ShootAsync(page, $"week-between-{locale}");
        await block.ClickAsync();
        await page.GetByTestId("event-delete").ClickAsync();
        await Expect(block).ToHaveCountAsync(0);

        // A task of every week: its words are marked while one types, and the next one comes when it is done.
        await page.GotoAsync("/today");
        await page.GetByTestId("quick-add").FillAsync(line);
        await Expect(page.GetByTestId("quick-add-due")).ToContainTextAsync(repeats);
        await Expect(page.Locator("mark")).ToHaveTextAsync(marked);
        await Site.ShootAsync(page, $"today-repeat-{locale}");
        await page.GetByTestId("quick-add-submit").ClickAsync();
        var task = page.GetByTestId("task-item");
        await Expect(task.GetByTestId("task-repeat")).ToContainTextAsync(repeats);
        var first = await task.GetAttributeAsync("data-task-id");
        await task.GetByTestId("task-complete").ClickAsync();
        await Expect(page.Locator($"[data-task-id='{first}']")).ToHaveCountAsync(0);
        await Expect(task).ToHaveCountAsync(1);
        await task.GetByTestId("task-menu").ClickAsync();
        await Site.ShootAsync(page, $"today-repeats-{locale}");
        await page.GetByTestId("task-end").ClickAsync();
        await Expect(page.GetByTestId("task-repeat")).ToHaveCountAsync(0);
        await Expect(task).ToHaveCountAsync(1);
    }
}
