using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>An operator's work in the pages, and what the user whom it concerns sees of it.</summary>
public sealed partial class OperatorTests(Site site) : IClassFixture<Site>
{
    private const string Reason = "活动补偿，工单 42";

    [Fact]
    public async Task An_operator_corrects_a_price_and_a_balance_both_are_in_the_journal_and_the_user_sees_the_Credit()
    {
        await site.MakeOperatorAsync("demo");
        var user = await site.VisitAsync();
        await Site.SignUpAsync(user, "小梅同学");
        await SeeNothingOfTheOperatorsAsync(user);

        var page = await site.VisitAsync(height: 1160);
        await page.GotoAsync("/");
        await page.GetByTestId("demo-sign-in").ClickAsync();
        await page.GetByTestId("nav-operator").ClickAsync();
        await Expect(page.GetByTestId("outbox-waiting")).ToBeVisibleAsync();
        await ChangePriceAsync(page);
        await AdjustAsync(page);

        await page.GetByTestId("operator-audit").ClickAsync();
        var lines = page.GetByTestId("audit-row");
        await Expect(lines.Filter(new() { HasText = Reason })).ToContainTextAsync("112.50 Credit");
        await Expect(lines.Filter(new() { HasText = "price_rule:2" })).ToContainTextAsync("¥0.15");
        await Site.ShootAsync(page, "operator-audit-zh");

        await user.GotoAsync("/store");
        await Expect(user.GetByTestId("balance")).ToHaveTextAsync("112.50");
        await Expect(user.GetByTestId("transaction-row").Filter(new() { HasText = "+12.50" }))
            .ToContainTextAsync("人工调整");
    }

    private static async Task SeeNothingOfTheOperatorsAsync(IPage user)
    {
        await Expect(user.GetByTestId("nav-operator")).ToHaveCountAsync(0);
        await user.GotoAsync("/operator/accounts/1");
        await Expect(user.GetByTestId("not-allowed")).ToBeVisibleAsync();
        var answer = await user.APIRequest.GetAsync("/api/v1/admin/accounts/1");
        answer.Status.ShouldBe(403);
    }

    /// <summary>
    /// Typed 24 times too high: refused at its field, and nothing saved. The right one is saved as the next version.
    /// </summary>
    private static async Task ChangePriceAsync(IPage page)
    {
        await page.GetByTestId("operator-prices").ClickAsync();
        await page.GetByTestId("price-row").Filter(new() { HasText = "#2" }).GetByRole(AriaRole.Link).ClickAsync();
        var input = page.GetByTestId("input_price_micros");
        await Expect(input).ToHaveValueAsync("0.1");
        await input.FillAsync("2.4");
        await page.GetByTestId("price-save").ClickAsync();
        await Expect(page.GetByTestId("price-jump")).ToBeVisibleAsync();
        await Expect(input).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.GetByTestId("price-version")).ToHaveCountAsync(1);
        await Site.ShootAsync(page, "operator-price-refused-zh");

        await input.FillAsync("0.15");
        await Expect(page.GetByTestId("price-jump")).ToHaveCountAsync(0);
        await Expect(page.GetByTestId("price-impact")).ToContainTextAsync("demo");
        await Site.ShootAsync(page, "operator-price-zh");
        await page.GetByTestId("price-save").ClickAsync();
        await Expect(page.GetByTestId("price-version")).ToHaveCountAsync(2);
    }

    /// <summary>Confirmed twice in one go, booked once.</summary>
    private static async Task AdjustAsync(IPage page)
    {
        await page.GetByTestId("operator-accounts").ClickAsync();
        await page.GetByTestId("user-search").FillAsync("小梅");
        await Expect(page.GetByTestId("user-row")).ToHaveCountAsync(1);
        await page.GetByTestId("user-row").GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByTestId("adjust").ClickAsync();
        await page.GetByTestId("adjust-amount").FillAsync("12.5");
        await page.GetByTestId("action-confirm").ClickAsync();
        await Expect(page.GetByTestId("adjust-reason")).ToHaveAttributeAsync("aria-invalid", "true");
        await page.GetByTestId("adjust-reason").FillAsync(Reason);
        await Expect(page.GetByTestId("booking")).ToContainTextAsync("由 100.00 变为 112.50");
        await Site.ShootAsync(page, "operator-adjust-zh");
        await page.GetByTestId("action-confirm").DblClickAsync();
        await Expect(page.GetByTestId("account-balance")).ToHaveTextAsync("112.50");
        await Expect(page.GetByTestId("ledger-row").Filter(new() { HasText = "+12.50" })).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("ledger-row")).ToHaveCountAsync(2);
    }
}
