namespace SmartFlow.Tests.Gateway;

/// <summary>The official npm client against the real host; what it does stands in tests/clients/openai.</summary>
public class OpenAiClientTests
{
    [Fact]
    public async Task The_official_client_works_unchanged()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = call =>
            call.Prompt switch
            {
                "limit" => new FakeAnswer { Status = 429, RetryAfter = "60" },
                "fail" => new FakeAnswer { Status = 500 },
                "cut" => new FakeAnswer { Text = "a b c d", EndsAfter = 4 },
                _ => new FakeAnswer
                {
                    PromptTokens = 1_117,
                    CachedTokens = 1_024,
                    CompletionTokens = 46,
                    ReasoningTokens = 20,
                },
            };
        // The second user finds no welcome left.
        await using var app = await GatewayClient.StartAsync(provider, s =>
            s.Settings["TokenStore:WelcomesADay"] = "1"
        );
        var (mei, poor) = (await app.SignUpAsync(), await app.SignUpAsync("poor"));
        (await app.BalanceMicrosAsync(poor)).ShouldBe(0);
        var said = await new Node("openai", "openai").TestAsync(
            "client.test.mjs",
            new()
            {
                ["SMARTFLOW_ORIGIN"] = app.Url.ToString().TrimEnd('/'),
                ["SMARTFLOW_URL"] = new Uri(app.Url, "/v1").ToString(),
                ["SMARTFLOW_KEY"] = await mei.CreateApiKeyAsync(),
                ["SMARTFLOW_POOR_KEY"] = await poor.CreateApiKeyAsync(),
            }
        );
        said.ShouldContain("pass 14");
        // Plain, streamed, the helper, and one call for three repeats; a failure is tried again, a long limit is not.
        provider.Received.Count(c => c.Prompt == "Say hello.").ShouldBe(4);
        provider.Received.Count(c => c.Prompt == "limit").ShouldBe(1);
        var everything = provider.Received.Single(c => c.Body["top_logprobs"] is not null);
        everything.Raw.ShouldContain(
            """
            "messages":[{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}}]}],"n":2,"stop":["END"],"logprobs":true,"top_logprobs":2,"response_format":{"type":"json_schema","json_schema":{"name":"plan","schema":{"type":"object"}}},"of_tomorrow":{"a":[1.0e2]}
            """.Trim()
        );
    }
}
