using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>Pages and dialogs that no story takes a picture of, which is where the others are checked.</summary>
public sealed partial class OperatorTests
{
    private static readonly string[] OfVisitors =
    [
        "/sign-in",
        "/sign-in?ended=1&return=/week",
        "/sign-in?deleted=1",
        "/plaza",
    ];

    /// <summary>Where a dialog belongs to it, what opens it.</summary>
    private static readonly (string Path, string? Opens)[] OfUsers =
    [
        ("/today", "[data-testid=tired]"),
        ("/week", "[data-testid=plan-open]"),
        ("/week/import", null),
        ("/week/term", null),
        ("/week/courses", null),
        ("/week/classes", null),
        ("/week/classes/new", null),
        ("/assistant", "[data-testid=budget-meter]"),
        ("/assistant/proposals", null),
        ("/plaza", "[data-testid=publish]"),
        ("/plaza/1", "[data-testid=report]"),
        ("/store", "[data-testid=buy]"),
        ("/store/calls", null),
        ("/memory", "[data-testid=memory-new]"),
        ("/notifications", "[data-testid=channel-new]"),
        ("/settings", null),
        ("/nothing-here", null),
    ];

    private static readonly (string Path, string? Opens)[] OfOperators =
    [
        ("/operator/overview", null),
        ("/operator/prices", null),
        ("/operator/prices/1", null),
        ("/operator/prices/new", null),
        ("/operator/packs", null),
        ("/operator/packs/new", null),
        ("/operator/rewards", "[data-testid=reward-edit]"),
        ("/operator/accounts", null),
        ("/operator/accounts/1", "[data-testid=adjust]"),
        ("/operator/calls", null),
        ("/operator/re-rating", null),
        ("/operator/reports", null),
        ("/operator/dead-letters", null),
        ("/operator/audit", null),
    ];

    /// <summary>What is waited for. What lies further down, as charts do, comes when it is seen.</summary>
    private const string Busy = """
        [...document.querySelectorAll('.skeleton, [aria-busy=true]')].find((one) => one.checkVisibility() && one.getBoundingClientRect().top < innerHeight)
        """;

    [Fact]
    public async Task No_page_and_no_dialog_has_a_finding_of_axe_in_either_theme()
    {
        await site.MakeOperatorAsync("demo");
        var page = await site.VisitAsync();
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce, ColorScheme = ColorScheme.Light });
        var found = new List<string>();
        foreach (var path in OfVisitors)
        {
            await page.GotoAsync(path);
            await SettledAsync(page);
            found.AddRange(await Axe.FindInBothThemesAsync(page));
        }
        await page.GotoAsync("/");
        await page.GetByTestId("demo-sign-in").ClickAsync();
        await Expect(page.GetByTestId("agenda")).ToBeVisibleAsync();
        foreach (var (path, opens) in OfUsers.Concat(OfOperators))
        {
            await GoAsync(page, path);
            found.AddRange(await Axe.FindInBothThemesAsync(page));
            if (opens is null)
                continue;
            await page.Locator(opens).First.ClickAsync();
            await SettledAsync(page);
            found.AddRange(await Axe.FindInBothThemesAsync(page));
            await page.Keyboard.PressAsync("Escape");
        }
        found.ShouldBeEmpty();
    }

    /// <summary>
    /// As the browser's own way back would: without loading everything anew. The page before has gone when it returns.
    /// </summary>
    private static async Task GoAsync(IPage page, string path)
    {
        await page.EvaluateAsync(
            """
            async (path) => {
              const { $router } = document.getElementById('app').__vue_app__.config.globalProperties
              const there = new Promise((resolve) => {
                const stop = $router.afterEach(() => requestAnimationFrame(() => requestAnimationFrame(() => resolve(stop()))))
              })
              const state = { ...history.state, current: path, position: (history.state?.position ?? 0) + 1 }
              history.pushState(state, '', path)
              dispatchEvent(new PopStateEvent('popstate', { state }))
              await there
            }
            """,
            path
        );
        await SettledAsync(page);
    }

    private static async Task SettledAsync(IPage page)
    {
        await page.Locator("h1:visible").First.WaitForAsync();
        try
        {
            await page.WaitForFunctionAsync($"() => !({Busy})");
        }
        catch (TimeoutException)
        {
            throw new ShouldAssertException(
                $"{page.Url} stays busy: {await page.EvaluateAsync<string>($"({Busy})?.parentElement.outerHTML.slice(0, 600)")}"
            );
        }
    }
}
