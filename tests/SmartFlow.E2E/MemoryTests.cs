using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SmartFlow.Tests;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>A site whose turns are looked at for what is worth keeping.</summary>
public sealed class RememberingSite : Site
{
    private protected override (string Name, string Value)[] Settings => [("Memory__Extraction", "true")];
}

/// <summary>What is said once is remembered, seen, put right, kept by plans, and forgotten.</summary>
public sealed class MemoryTests(RememberingSite site) : IClassFixture<RememberingSite>
{
    [Theory]
    [InlineData("zh-CN", 1280, ColorScheme.Light, "以后晚上十点后别给我排", "22:00 后不学习")]
    [InlineData("en", 360, ColorScheme.Dark, "never after 22:00", "No study after 22:00")]
    public async Task What_was_said_is_seen_changed_forgotten_and_switched_off(
        string locale,
        int width,
        ColorScheme theme,
        string said,
        string title
    )
    {
        var page = await site.VisitAsync(locale, theme, width);
        await Site.SignUpAsync(page, $"memory{width}");
        await page.GotoAsync("/memory");
        await Expect(
                page.GetByRole(AriaRole.Link, new() { Name = locale == "en" ? "Talk to the assistant" : "去和助理聊" })
            )
            .ToBeVisibleAsync();
        await Site.ShootAsync(page, $"memory-empty-{locale}-{width}");

        await page.GotoAsync("/assistant");
        await page.GetByTestId("chat-input").FillAsync(said);
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.Locator("[data-testid=chat-message][data-role=assistant]").Last).ToContainTextAsync(title);
        await Eventually.IsTrueAsync(
            async () =>
            {
                await page.GotoAsync("/memory");
                await page.GetByTestId("memory-switch").WaitForAsync();
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                return await page.GetByTestId("memory").CountAsync() == 1;
            },
            "the memory is there"
        );
        await Expect(page.GetByTestId("memory").First).ToContainTextAsync(title);

        await page.GetByTestId("memory-edit").ClickAsync();
        await page.GetByTestId("memory-from").FillAsync("23:00");
        await page.GetByTestId("memory-title").FillAsync("23:00");
        await page.GetByTestId("memory-save").ClickAsync();
        await Expect(page.GetByTestId("memory-hours")).ToContainTextAsync("23:00");

        await page.GetByTestId("memory-new").ClickAsync();
        await page.GetByTestId("memory-type-preference").ClickAsync();
        await page.GetByTestId("memory-save").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
        await page.GetByTestId("memory-title").FillAsync(locale == "en" ? "Mornings" : "早上");
        await page.GetByTestId("memory-timed").CheckAsync();
        await page.GetByTestId("memory-from").FillAsync("06:00");
        await page.GetByTestId("memory-to").FillAsync("12:00");
        await page.GetByTestId("memory-day-7").ClickAsync();
        await Site.ShootAsync(page, $"memory-dialog-{locale}-{width}");
        await page.GetByTestId("memory-save").ClickAsync();
        await Expect(page.GetByTestId("memory")).ToHaveCountAsync(2);
        await Site.ShootAsync(page, $"memory-{locale}-{width}");
        (
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        ).ShouldBeTrue();

        await page.GetByTestId("memory").First.GetByTestId("memory-remove").ClickAsync();
        await Expect(page.GetByTestId("memory")).ToHaveCountAsync(1);
        await page.GetByTestId("memory-filter").Locator("select").SelectOptionAsync("deleted");
        await page.GetByTestId("memory-restore").ClickAsync();
        await Expect(page.GetByTestId("memory")).ToHaveCountAsync(0);
        await page.GetByTestId("memory-filter").Locator("select").SelectOptionAsync("constraint");
        await Expect(page.GetByTestId("memory")).ToHaveCountAsync(1);

        await page.GetByTestId("memory-switch").ClickAsync();
        await Expect(page.GetByTestId("memory-new")).ToBeDisabledAsync();
        await page.GetByTestId("memory-source").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/assistant/[^/?]+\\?turn="));
        await Expect(page.Locator("[data-turn]").First).ToContainTextAsync(said);
        await Expect(page.Locator("[data-turn]").First).ToBeInViewportAsync();
    }

    [Theory]
    [InlineData(
        "zh-CN",
        360,
        ColorScheme.Dark,
        "以后晚上十点后别给我排",
        "已记住：22:00 后不学习",
        "没有记住：22:00 后不学习"
    )]
    [InlineData(
        "en",
        1280,
        ColorScheme.Light,
        "never after 22:00",
        "Remembered: No study after 22:00",
        "Not remembered: No study after 22:00"
    )]
    public async Task The_chat_says_what_it_remembered_and_takes_it_back(
        string locale,
        int width,
        ColorScheme theme,
        string said,
        string told,
        string undone
    )
    {
        var page = await site.VisitAsync(locale, theme, width);
        await Site.SignUpAsync(page, $"note{width}");
        await page.GotoAsync("/assistant");
        await page.GetByTestId("chat-input").FillAsync(said);
        await page.GetByTestId("chat-send").ClickAsync();
        var note = page.GetByTestId("remembered");
        await Expect(note).ToContainTextAsync(told);
        // Said to those who hear the page, once.
        await Expect(page.GetByTestId("remembered-news")).ToContainTextAsync(told);
        (
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        ).ShouldBeTrue();
        await Site.ShootAsync(page, $"memory-note-{locale}-{width}");
        await page.ReloadAsync();
        await Expect(note).ToContainTextAsync(told);
        await Expect(page.GetByTestId("remembered-news")).ToBeEmptyAsync();

        await page.GetByTestId("remembered-undo").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(note).ToContainTextAsync(undone);
        await Expect(page.GetByTestId("remembered-undo")).ToHaveCountAsync(0);
        await Expect(note.GetByRole(AriaRole.Link)).ToBeFocusedAsync();
        await Site.ShootAsync(page, $"memory-note-undone-{locale}-{width}");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/memory$"));
        await Expect(page.GetByTestId("memory")).ToHaveCountAsync(0);
    }
}
