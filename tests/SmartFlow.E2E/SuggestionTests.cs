using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>
/// Somebody tired is shown what could give way, decides, and finds the week changed; in the page and in the chat.
/// </summary>
public sealed class SuggestionTests(Site site) : IClassFixture<Site>
{
    [Theory]
    [InlineData("zh-CN", 1280, ColorScheme.Light, "往后挪", "周历已改好")]
    [InlineData("en", 360, ColorScheme.Dark, "Later", "Your week is changed")]
    public async Task Who_is_tired_says_so_and_decides(
        string locale,
        int width,
        ColorScheme theme,
        string way,
        string done
    )
    {
        var page = await site.VisitAsync(locale, theme, width);
        await Site.SignUpAsync(page, $"tired{width}");
        await Expect(page.GetByTestId("suggestions")).ToBeVisibleAsync();
        await Site.ShootAsync(page, $"suggestions-empty-{locale}-{width}");
        var block = await PlantAsync(page, locale == "en" ? "Read chapter 3" : "读第三章");
        await page.ReloadAsync();
        await page.GetByTestId("tired").ClickAsync();
        var card = page.GetByTestId("suggestion");
        await Expect(card).ToContainTextAsync(way);
        await Expect(card.GetByTestId("suggestion-why")).ToBeVisibleAsync();
        await card.ScrollIntoViewIfNeededAsync();
        await Site.ShootAsync(page, $"suggestions-{locale}-{width}");
        (
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        ).ShouldBeTrue();

        // By keyboard: the last way leaves everything as it is, the first one is taken again and confirmed.
        await card.GetByTestId("suggestion-snooze").ClickAsync();
        await Expect(page.GetByTestId("snooze-30")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        var first = card.GetByRole(AriaRole.Radio).First;
        await Expect(first).ToBeCheckedAsync();
        await first.FocusAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(card.GetByRole(AriaRole.Radio).Last).ToBeCheckedAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(first).ToBeCheckedAsync();
        await card.GetByTestId("suggestion-confirm").ClickAsync();
        await Expect(page.GetByText(done)).ToBeVisibleAsync();
        await Expect(card).ToHaveCountAsync(0);
        var moved = (await (await page.APIRequest.GetAsync($"/api/v1/schedule/weeks/{block.Week}")).JsonAsync())!
            .Value.GetProperty("blocks")
            .EnumerateArray()
            .Any(b => b.GetProperty("id").GetInt64() == block.Id && b.GetProperty("day").GetInt32() == block.Day);
        moved.ShouldBeFalse();
    }

    [Fact]
    public async Task In_the_chat_the_same_is_asked_with_before_and_after()
    {
        var page = await site.VisitAsync();
        await Site.SignUpAsync(page, "聊天的累人");
        await PlantAsync(page, "背单词");
        await page.GotoAsync("/assistant");
        await page.GetByTestId("chat-input").FillAsync("我累了");
        await page.GetByTestId("chat-send").ClickAsync();
        var confirm = page.GetByTestId("confirm-card");
        await Expect(confirm).ToContainTextAsync("背单词");
        await Expect(page.GetByTestId("suggestion-note")).ToContainTextAsync("往后挪");
        await Site.ShootAsync(page, "suggestions-chat-zh");
        await page.GetByTestId("confirm-accept").ClickAsync();
        await Expect(page.GetByText("好好休息")).ToBeVisibleAsync();
    }

    /// <summary>A study block of two sections within the coming hours, wherever the day stands.</summary>
    private static async Task<(long Id, int Week, int Day)> PlantAsync(IPage page, string title)
    {
        var now = TimeProvider.System.GetUtcNow().ToOffset(TimeSpan.FromHours(8));
        var at = now.Hour >= 9 ? now.Date.AddDays(1) : now.Date;
        var monday = at.AddDays(-(((int)at.DayOfWeek + 6) % 7));
        var text = await page.EvaluateAsync<string>(
            """
            async ([title, monday, day, section]) => {
              const csrf = decodeURIComponent(/(?:^|; )sf_csrf=([^;]*)/.exec(document.cookie)[1])
              const headers = { 'Content-Type': 'application/json', 'X-SmartFlow-Client': 'web', 'X-CSRF-Token': csrf }
              const ask = async (method, path, body, key) => (await fetch('/api/v1/' + path, { method, headers: { ...headers, 'Idempotency-Key': key }, body: JSON.stringify(body) })).json()
              await ask('PUT', 'terms/current', { name: 'term', first_monday: monday, weeks: 4 }, 'term')
              const task = await ask('POST', 'tasks', { title, priority_group: 2, estimated_sections: 2 }, 'task')
              return JSON.stringify(await ask('POST', 'schedule/placements', { quick_task_id: task.id, week: 1, day, section_from: section }, 'place'))
            }
            """,
            new object[]
            {
                title,
                monday.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
                ((int)at.DayOfWeek + 6) % 7 + 1,
                now.Hour >= 9 ? 1 : 5,
            }
        );
        var placed = JsonDocument.Parse(text).RootElement.GetProperty("placed")[0];
        return (placed.GetProperty("id").GetInt64(), 1, placed.GetProperty("day").GetInt32());
    }
}
