using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>A user says what to hear, adds a webhook, tests it and takes it away again.</summary>
public sealed class NotificationTests(Site site) : IClassFixture<Site>
{
    [Theory]
    [InlineData("zh-CN", 1280, ColorScheme.Light)]
    [InlineData("en", 360, ColorScheme.Dark)]
    public async Task Channels_and_wishes_are_set_where_the_notices_are(string locale, int width, ColorScheme theme)
    {
        var page = await site.VisitAsync(locale, theme, width);
        await Site.SignUpAsync(page, $"bell{width}");
        await page.GotoAsync("/notifications");

        await page.GetByTestId("quiet").CheckAsync();
        await page.GetByTestId("quiet-from").FillAsync("23:00");
        await page.GetByTestId("outlook").CheckAsync();
        await page.GetByTestId("told-forum.post.liked").UncheckAsync();
        await page.GetByTestId("wishes-save").ClickAsync();
        await Expect(page.GetByText(locale == "en" ? "Preferences saved" : "提醒偏好已保存")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByTestId("quiet-from")).ToHaveValueAsync("23:00");
        await Expect(page.GetByTestId("outlook")).ToBeCheckedAsync();
        await Expect(page.GetByTestId("told-forum.post.liked")).Not.ToBeCheckedAsync();

        // Nobody outside is reachable from a test, and inside nobody may be: the way to a refusal is the whole way.
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        await page.GetByTestId("channel-new").ClickAsync();
        await page.GetByTestId("channel-address").FillAsync("ftp://example.org");
        await page.GetByTestId("channel-create").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
        await page.GetByTestId("channel-address")
            .FillAsync($"https://127.0.0.1:{((IPEndPoint)inside.LocalEndpoint).Port}/hook/long-enough-secret");
        await page.GetByTestId("channel-create").ClickAsync();
        await Expect(page.GetByTestId("channel-secret")).ToContainTextAsync("whsec_");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByTestId("channel")).ToContainTextAsync("***cret");
        await page.GetByTestId("channel-test").ClickAsync();
        await Expect(page.GetByText(locale == "en" ? "private addresses are not allowed" : "内网地址不允许"))
            .ToBeVisibleAsync();
        inside.Pending().ShouldBeFalse();
        await Site.ShootAsync(page, $"notifications-{locale}-{width}");
        (
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        ).ShouldBeTrue();
        await page.GetByTestId("channel-remove").ClickAsync();
        await page.GetByTestId("channel-remove-confirm").ClickAsync();
        await Expect(page.GetByTestId("channel")).ToHaveCountAsync(0);
    }
}
