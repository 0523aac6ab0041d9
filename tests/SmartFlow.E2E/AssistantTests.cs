using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>A newcomer without a key plans a whole week in the chat: nothing but sentences and confirmations.</summary>
public sealed class AssistantTests(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task A_week_is_planned_in_the_chat_alone()
    {
        var page = await site.VisitAsync();
        await Site.SignUpAsync(page, "只聊天的人");
        await page.GotoAsync("/assistant");
        await SayAsync(page, "新建计划「线代复习」，下周：第一章、第二章、第三章");
        await AcceptAsync(page, "线代复习 · 3 项");
        await SayAsync(page, "把线代复习排进周历");
        var confirm = Waiting(page);
        await Expect(confirm).ToContainTextAsync("排入 3 项");
        await Expect(confirm.GetByTestId("week-changes")).ToBeVisibleAsync();
        await Site.ShootAsync(page, "assistant-plan-zh");

        // The same preview opens in the week, and stays open for a word in the chat.
        await confirm.GetByTestId("open-preview").ClickAsync();
        await Expect(page.GetByTestId("preview-bar")).ToContainTextAsync("排入 3 项");
        await page.GoBackAsync();
        await AcceptAsync(page, "排入 3 项");
        await Expect(Answers(page).Last).ToContainTextAsync("排好了");

        await SayAsync(page, "把第三章移到下周日第5节");
        await Expect(Waiting(page)).ToContainTextAsync("第5–6节");
        await AnswerAsync(page, "confirm-reject");
        await Expect(Answers(page).Last).ToContainTextAsync("什么都没有改");
        await SayAsync(page, "分析下周");
        await Expect(page.GetByTestId("week-health")).ToBeVisibleAsync();
        await page.GotoAsync("/today");
        await page.GotoAsync("/assistant");
        await page.GetByTestId("conversation").First.ClickAsync();
        await Expect(page.GetByTestId("confirm-card")).ToHaveCountAsync(3);
        await Site.ShootAsync(page, "assistant-planned-zh");
    }

    [Fact]
    public async Task On_a_phone_in_the_dark_a_block_is_moved_and_taken_out()
    {
        var page = await site.VisitAsync("en-US", ColorScheme.Dark, width: 375, height: 812);
        await Site.SignUpAsync(page, "phone-planner");
        await page.GotoAsync("/assistant");
        await SayAsync(page, "create a plan \"Algebra\" next week: chapter 1, chapter 2");
        await AcceptAsync(page, "Algebra · 2 items");
        await SayAsync(page, "schedule Algebra");
        await Expect(Waiting(page)).ToContainTextAsync("2 placed");
        await Site.ShootAsync(page, "assistant-plan-phone-dark-en");
        await AcceptAsync(page, "2 placed");
        await Expect(Answers(page).Last).ToContainTextAsync("2 placed");
        await SayAsync(page, "take chapter 2 out of my week");
        await AcceptAsync(page, "no longer");
        await Expect(Answers(page).Last).ToContainTextAsync("taken out");
        var wide = await page.EvaluateAsync<int>(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        );
        wide.ShouldBe(0);
    }

    private static ILocator Waiting(IPage page) => page.Locator("[data-testid=confirm-card][data-status=pending]");

    private static ILocator Answers(IPage page) => page.Locator("[data-testid=chat-message][data-role=assistant]");

    private static async Task SayAsync(IPage page, string text)
    {
        await page.GetByTestId("chat-input").FillAsync(text);
        await page.GetByTestId("chat-send").ClickAsync();
    }

    private static async Task AcceptAsync(IPage page, string summary)
    {
        await Expect(Waiting(page)).ToContainTextAsync(summary);
        await AnswerAsync(page, "confirm-accept");
    }

    private static async Task AnswerAsync(IPage page, string button)
    {
        await Waiting(page).GetByTestId(button).ClickAsync();
        await Expect(Waiting(page)).ToHaveCountAsync(0);
    }
}
