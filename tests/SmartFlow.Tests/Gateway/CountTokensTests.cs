using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.Gateway;

[Collection(nameof(GatewayHost))]
public sealed class CountTokensTests(StartedApp started)
{
    [Fact]
    public async Task A_prompt_is_counted_without_a_call_and_a_wrong_one_is_refused_by_its_field()
    {
        var mei = await started.NewUserAsync();
        var before = await started.App.BalanceMicrosAsync(mei);
        var little = await CountAsync(mei, "Hi");
        little.ShouldBeGreaterThan(0);
        // About three of these letters are a token.
        (await CountAsync(mei, "Hi" + new string('x', 3_000))).ShouldBe(little + 1_000);
        var refused = (await AskAsync(mei, null)).ShouldBe(HttpStatusCode.BadRequest);
        JsonNode.Parse(refused.Text)!["error"]!["param"]!.GetValue<string>().ShouldBe("messages[0].content");
        (await started.App.BalanceMicrosAsync(mei)).ShouldBe(before);
        (await mei.GetAsync("/api/v1/calls"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);
    }

    private static Task<Answer> AskAsync(TestUser user, object? content) =>
        user.PostAsync(
            "/v1/messages/count_tokens",
            new { model = "demo", messages = new[] { new { role = "user", content } } }
        );

    private static async Task<long> CountAsync(TestUser user, string text) =>
        (await AskAsync(user, text)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("input_tokens").GetInt64();
}
