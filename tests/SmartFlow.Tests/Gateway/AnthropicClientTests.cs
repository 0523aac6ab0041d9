namespace SmartFlow.Tests.Gateway;

/// <summary>
/// Anthropic's official npm client against the real host; what it does stands in tests/clients/anthropic.
/// </summary>
public class AnthropicClientTests
{
    [Fact]
    public async Task The_official_client_works_unchanged()
    {
        await using var provider = await FakeProvider.StartAsync();
        var flaky = 0;
        provider.Answers = call =>
            call.Prompt switch
            {
                "limit" => new FakeAnswer { Status = 429, RetryAfter = "60" },
                "fail" => new FakeAnswer { Status = 500 },
                "flaky" when Interlocked.Increment(ref flaky) == 1 => new FakeAnswer { Status = 500 },
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
        {
            s.Settings["TokenStore:WelcomesADay"] = "1";
            s.Settings["Llm:AttemptsPerCandidate"] = "1";
        });
        var (mei, poor) = (await app.SignUpAsync(), await app.SignUpAsync("poor"));
        var said = await new Node("anthropic", "@anthropic-ai/sdk").TestAsync(
            "client.test.mjs",
            new()
            {
                ["SMARTFLOW_ORIGIN"] = app.Url.ToString().TrimEnd('/'),
                ["SMARTFLOW_KEY"] = await mei.CreateApiKeyAsync(),
                ["SMARTFLOW_POOR_KEY"] = await poor.CreateApiKeyAsync(),
            }
        );
        said.ShouldContain("pass 9");
        flaky.ShouldBe(2);
    }
}
