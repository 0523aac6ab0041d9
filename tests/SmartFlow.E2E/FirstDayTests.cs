using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>
/// A person's first day, as they see it: sign up, ask, confirm, see the task, its cost, the charge; buy a pack.
/// </summary>
public sealed partial class FirstDayTests(Site site) : IClassFixture<Site>
{
    private const long WelcomeMicros = 100_000_000;

    [Fact]
    public async Task A_reminder_asked_for_in_Chinese_becomes_a_task_and_its_cost_is_the_charge_in_the_store()
    {
        var page = await site.VisitAsync();
        await Site.SignUpAsync(page, "小梅同学");

        await page.GotoAsync("/assistant");
        await page.GetByTestId("chat-input").FillAsync("提醒我下周五交高数作业");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByTestId("confirm-card")).ToContainTextAsync("高数作业");
        await Site.ShootAsync(page, "assistant-confirm-zh");
        await page.GetByTestId("confirm-accept").ClickAsync();
        await Expect(page.GetByTestId("task-card")).ToContainTextAsync("高数作业");
        await Expect(page.GetByTestId("turn-cost").Last).ToBeVisibleAsync();
        await Site.ShootAsync(page, "assistant-done-zh");

        await page.GotoAsync("/today");
        await Expect(page.GetByTestId("quadrant-2").GetByTestId("task-item")).ToContainTextAsync("高数作业");
        await Site.ShootAsync(page, "today-zh");

        var charged = await ChargedMicrosAsync(page);
        charged.ShouldBeGreaterThan(0);
        (await JsonAsync(page, "/api/v1/credit-store/summary"))
            .GetProperty("balance_micros")
            .GetInt64()
            .ShouldBe(WelcomeMicros - charged);

        await page.GotoAsync("/store");
        await Expect(page.GetByTestId("transaction-row").Filter(new() { HasTextRegex = Demo() }).First)
            .ToBeVisibleAsync();
        await Expect(page.GetByTestId("balance")).ToHaveTextAsync(new Regex(@"^99\.\d\d$"));
        await Site.ShootAsync(page, "store-before-zh");

        var rows = await page.GetByTestId("transaction-row").CountAsync();
        await page.GetByTestId("product-card").Nth(1).GetByTestId("buy").ClickAsync();
        await page.GetByTestId("pay-confirm").ClickAsync();
        await Expect(page.GetByTestId("balance")).ToHaveTextAsync(new Regex(@"^1,099\.\d\d$"));
        await Expect(page.GetByTestId("transaction-row")).ToHaveCountAsync(rows + 1);
        await Expect(page.GetByTestId("usage-chart")).ToBeVisibleAsync();
        await Site.ShootAsync(page, "store-zh");
        (await ChargedMicrosAsync(page)).ShouldBe(charged);
    }

    [Fact]
    public async Task The_same_in_English_on_a_phone_in_the_dark()
    {
        var page = await site.VisitAsync("en-US", ColorScheme.Dark, 390, 844);
        await Site.SignUpAsync(page, "an-li");
        await page.GotoAsync("/assistant");
        await page.GetByTestId("chat-input").FillAsync("Remind me to hand in the essay by next Friday");
        await page.GetByTestId("chat-send").ClickAsync();
        await page.GetByTestId("confirm-reject").ClickAsync();
        await Expect(page.GetByTestId("turn-cost").Last).ToBeVisibleAsync();
        await Site.ShootAsync(page, "assistant-phone-dark-en");
        await page.GotoAsync("/today");
        await Expect(page.GetByTestId("quadrant-2")).ToBeVisibleAsync();
        (await page.GetByTestId("task-item").CountAsync()).ShouldBe(0);
        await Site.ShootAsync(page, "today-phone-dark-en");
        await page.GotoAsync("/store");
        await Expect(page.GetByTestId("transaction-row").First).ToBeVisibleAsync();
        await Site.ShootAsync(page, "store-phone-dark-en");
        (await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth")).ShouldBeTrue(
            "nothing overflows sideways"
        );
    }

    [Fact]
    public async Task The_demo_account_is_one_click_away_and_no_page_logs_an_error()
    {
        var page = await site.VisitAsync("en-US");
        var errors = new List<string>();
        page.PageError += (_, e) => errors.Add(e);
        page.Console += (_, m) =>
        {
            if (m.Type == "error" && !m.Text.Contains("401", StringComparison.Ordinal))
                errors.Add(m.Text);
        };
        await page.GotoAsync("/");
        await Site.ShootAsync(page, "sign-in-en");
        await page.GetByTestId("demo-sign-in").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));
        foreach (var path in new[] { "/today", "/assistant", "/store", "/settings" })
        {
            await page.GotoAsync(path);
            // Not until the network is idle: the stream of notices stays open.
            await page.Locator("main > *").First.WaitForAsync();
            await Site.ShootAsync(page, path[1..] + "-demo-en");
        }
        errors.ShouldBeEmpty();
    }

    /// <summary>What the store says was charged for calls so far, once no hold is open.</summary>
    private static async Task<long> ChargedMicrosAsync(IPage page)
    {
        while ((await JsonAsync(page, "/api/v1/credit-store/summary")).GetProperty("held_micros").GetInt64() != 0)
            await Task.Delay(50);
        var items = (
            await JsonAsync(page, "/api/v1/credit-store/transactions?source=charge&page_size=100")
        ).GetProperty("items");
        return -items.EnumerateArray().Sum(i => i.GetProperty("amount_micros").GetInt64());
    }

    private static async Task<JsonElement> JsonAsync(IPage page, string path) =>
        (await (await page.APIRequest.GetAsync(path)).JsonAsync())!.Value;

    [GeneratedRegex("demo", RegexOptions.IgnoreCase)]
    private static partial Regex Demo();
}
