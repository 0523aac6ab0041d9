using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>
/// What somebody finds of their calls: one from the chat, one by a program, each with its tokens and the cost that was
/// booked.
/// </summary>
public sealed class CallLogTests(Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task A_chat_and_a_program_are_found_in_the_log_with_the_cost_that_the_ledger_has()
    {
        var page = await site.VisitAsync("en-US");
        await Site.SignUpAsync(page, "lin-calls");
        await page.GotoAsync("/assistant");
        await page.GetByTestId("chat-input").FillAsync("How are you?");
        await page.GetByTestId("chat-send").ClickAsync();
        await Expect(page.GetByTestId("turn-cost").Last).ToBeVisibleAsync();
        await CallAsync(page, "lin-calls", "from-a-program");

        await page.GotoAsync("/store");
        await page.GetByTestId("all-calls").ClickAsync();
        var row = page.GetByTestId("call-row").Filter(new() { HasText = "API calls" });
        await Expect(row).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("call-row").Filter(new() { HasText = "Assistant chat" })).ToHaveCountAsync(1);
        await Expect(page.GetByTestId("token-plot")).ToBeVisibleAsync();

        var booked = (await JsonAsync(page, "/api/v1/credit-store/transactions?source=charge"))
            .GetProperty("items")
            .EnumerateArray()
            .Single(t => t.GetProperty("event_id").GetString() == "from-a-program");
        var call = await JsonAsync(page, "/api/v1/calls/from-a-program");
        call.GetProperty("credit_micros").GetInt64().ShouldBe(-booked.GetProperty("amount_micros").GetInt64());
        await Expect(row.GetByTestId("call-credit"))
            .ToHaveAttributeAsync("value", call.GetProperty("credit_micros").ToString());

        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.GetByTestId("call-event")).ToHaveTextAsync("from-a-program");
        await Expect(page.GetByTestId("call-usage"))
            .ToContainTextAsync($"Input {call.GetProperty("usage").GetProperty("input_tokens")}");
        await Expect(page.GetByTestId("call-timeline").GetByRole(AriaRole.Listitem).First)
            .ToContainTextAsync("Admitted");
        await Expect(page.GetByTestId("call-attempt")).ToHaveCountAsync(1);
        await Site.ShootAsync(page, "call-detail-en");
        await page.Keyboard.PressAsync("Escape");

        await page.GetByTestId("calls-result").Locator("select").SelectOptionAsync("timed_out");
        await Expect(page.GetByTestId("empty")).ToBeVisibleAsync();
        page.Url.ShouldContain("result=timed_out");
    }

    private static async Task CallAsync(IPage page, string name, string key)
    {
        var session = await page.APIRequest.PostAsync(
            "/api/v1/auth/login",
            new() { DataObject = new { username = name, password = "correct horse battery" } }
        );
        var token = JsonDocument.Parse(await session.TextAsync()).RootElement.GetProperty("access_token").GetString();
        var answer = await page.APIRequest.PostAsync(
            "/v1/chat/completions",
            new()
            {
                Headers = new Dictionary<string, string>
                {
                    ["Authorization"] = "Bearer " + token,
                    ["Idempotency-Key"] = key,
                },
                DataObject = new
                {
                    model = "demo",
                    messages = new[] { new { role = "user", content = "Hi" } },
                    max_tokens = 32,
                },
            }
        );
        answer.Status.ShouldBe(200, await answer.TextAsync());
    }

    private static async Task<JsonElement> JsonAsync(IPage page, string path) =>
        JsonDocument
            .Parse(await page.EvaluateAsync<string>("path => fetch(path).then(r => r.text())", path))
            .RootElement;
}
