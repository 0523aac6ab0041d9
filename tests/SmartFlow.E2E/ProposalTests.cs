using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>Another assistant proposes by MCP; its user is told, looks at it, confirms one and drops another.</summary>
public sealed class ProposalTests(Site site) : IClassFixture<Site>
{
    [Theory]
    [InlineData("zh-CN", 1280, ColorScheme.Light, "买纸", "买墨")]
    [InlineData("en", 360, ColorScheme.Dark, "buy paper", "buy ink")]
    public async Task What_an_assistant_proposes_is_confirmed_on_its_page(
        string locale,
        int width,
        ColorScheme theme,
        string first,
        string second
    )
    {
        var page = await site.VisitAsync(locale, theme, width);
        await Site.SignUpAsync(page, $"mcp{width}");
        await page.GotoAsync("/assistant/proposals");
        await Expect(page.GetByText(locale == "en" ? "No proposals yet" : "还没有提议")).ToBeVisibleAsync();
        using var http = new HttpClient { BaseAddress = site.Url };
        var key = await KeyAsync(http, $"mcp{width}");
        foreach (var title in new[] { first, second })
            await ProposeAsync(http, key, locale, title);

        await page.GotoAsync("/notifications");
        await Expect(page.GetByTestId("notice").First).ToContainTextAsync("Claude");
        await page.GetByTestId("notice").First.GetByRole(AriaRole.Link).ClickAsync();
        var cards = page.GetByTestId("proposal");
        await Expect(cards).ToHaveCountAsync(2);
        await Site.ShootAsync(page, $"proposals-{locale}-{width}");
        (
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            )
        ).ShouldBeTrue();
        await cards.Filter(new() { HasText = second }).GetByTestId("proposal-reject").ClickAsync();
        await Expect(cards.Filter(new() { HasText = second })).ToHaveAttributeAsync("data-status", "rejected");
        await cards.Filter(new() { HasText = first }).GetByTestId("proposal-accept").ClickAsync();
        await Expect(cards.Filter(new() { HasText = first })).ToHaveAttributeAsync("data-status", "accepted");
        await page.GotoAsync("/today");
        await Expect(page.GetByText(first, new() { Exact = true }).First).ToBeVisibleAsync();
        await Expect(page.GetByText(second, new() { Exact = true })).ToHaveCountAsync(0);
        await page.GotoAsync("/assistant");
        await Expect(page.GetByTestId("budget-meter")).ToContainTextAsync("20");
        await Site.ShootAsync(page, $"budget-{locale}-{width}");
    }

    private static async Task<string> KeyAsync(HttpClient http, string name)
    {
        using var login = await http.PostAsJsonAsync(
            "/api/v1/auth/login",
            new { username = name, password = "correct horse battery" }
        );
        var token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/api-keys")
        {
            Content = JsonContent.Create(new { name = "Claude", scopes = new[] { "mcp.propose" } }),
        };
        request.Headers.Authorization = new("Bearer", token);
        using var made = await http.SendAsync(request);
        made.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    private static async Task ProposeAsync(HttpClient http, string key, string locale, string title)
    {
        var call = new
        {
            jsonrpc = "2.0",
            id = title,
            method = "tools/call",
            @params = new { name = "create_task", arguments = new { title } },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mcp") { Content = JsonContent.Create(call) };
        request.Headers.Authorization = new("Bearer", key);
        request.Headers.Add("Accept", "application/json, text/event-stream");
        request.Headers.Add("Accept-Language", locale);
        using var answer = await http.SendAsync(request);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("proposal_id");
    }
}
