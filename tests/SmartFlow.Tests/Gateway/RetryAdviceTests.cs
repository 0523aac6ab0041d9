using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

/// <summary>What clients are told of repeating, and what they are told in the provider's own words.</summary>
public sealed class RetryAdviceTests : IAsyncLifetime
{
    private CallFixture f = null!;

    public async ValueTask InitializeAsync() =>
        f = await CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Model"] = "fake";
            s.Settings["Llm:ApiKey"] = "sk-very-secret-key";
            s.Settings["Llm:RetryWaitSecondsMax"] = "0";
            s.Settings["Gateway:MaxConcurrentCalls"] = "1";
        });

    public ValueTask DisposeAsync() => f.DisposeAsync();

    [Theory]
    [InlineData(400, null, "false", null, 400)]
    [InlineData(401, null, "false", null, 502)]
    [InlineData(403, "9", "false", null, 502)]
    [InlineData(404, null, "false", null, 400)]
    [InlineData(413, null, "false", null, 413)]
    [InlineData(422, null, "false", null, 422)]
    [InlineData(429, null, "true", "1", 429)]
    [InlineData(429, "7", "true", "7", 429)]
    [InlineData(429, "3600", "false", "60", 429)]
    [InlineData(500, null, "true", "1", 502)]
    [InlineData(503, "5", "true", "5", 502)]
    [InlineData(504, null, "true", "1", 504)]
    public async Task A_client_is_told_whether_and_when_to_repeat(
        int provider,
        string? wait,
        string repeats,
        string? when,
        int status
    )
    {
        f.Provider.Answers = _ => new FakeAnswer { Status = provider, RetryAfter = wait };
        foreach (var surface in Surface.All.Values)
        {
            var answer = await surface.AskAsync(f.User.Http, surface.Path + surface.Stream);
            ((int)answer.Status).ShouldBe(status, surface.Path);
            (answer.Header("x-should-retry"), answer.Header("Retry-After")).ShouldBe((repeats, when), surface.Path);
            if (wait == "3600")
                JsonNode.Parse(answer.Text)!["error"]!["retry_after_seconds"]!.GetValue<long>().ShouldBe(3600);
        }
    }

    [Fact]
    public async Task Our_own_refusals_say_so_too()
    {
        await f.SetBalanceAsync(1);
        Check(await AskAsync(), 402, "false", null);
        await f.SetBalanceAsync(100_000_000);
        Check(await AskAsync(model: "none"), 404, "false", null);
        Check(await AskAsync(maxTokens: -1), 400, "false", null);
        (await AskAsync(key: "used")).ShouldBe(HttpStatusCode.OK);
        Check(await AskAsync(text: "other", key: "used"), 409, "false", null);
        f.Provider.Hold();
        var first = AskAsync(key: "first");
        await f.Provider.WhenReceivedAsync(2);
        Check(await AskAsync(), 429, "true", "1");
        f.Provider.LetGo();
        await first;
        await f.WithoutPricesAsync();
        Check(await AskAsync(), 503, "false", "1");
    }

    [Theory]
    [InlineData(
        """{"error":{"message":"This model's maximum context length is 8192 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""",
        "This model's maximum context length is 8192 tokens.",
        "context_length_exceeded",
        "messages"
    )]
    [InlineData(
        """{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"}}""",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "context_length_exceeded",
        null
    )]
    [InlineData(
        """{"error":{"message":"The response was filtered","type":null,"param":"prompt","code":"content_filter","status":400}}""",
        "The response was filtered",
        "content_filter",
        "prompt"
    )]
    [InlineData("""{"error":{"message":"bad","code":400}}""", "bad", "invalid_argument", null)]
    [InlineData("""{"detail":"Field required"}""", "Field required", "invalid_argument", null)]
    [InlineData("""{"error":"just words"}""", "just words", "invalid_argument", null)]
    [InlineData(
        """{"error":{"message":"at http://10.1.2.3:8080/v1 and llm.corp.internal and 127.0.0.1:99, key sk-very-secret-key is wrong for api.openai.com"}}""",
        "at http://***/v1 and *** and ***, key *** is wrong for api.openai.com",
        "invalid_argument",
        null
    )]
    public async Task What_a_provider_says_of_a_request_reaches_the_client_as_it_came_without_what_is_ours(
        string body,
        string message,
        string code,
        string? param
    )
    {
        f.Provider.Answers = _ => new FakeAnswer { Status = 400, Raw = ("application/json", body) };
        foreach (var surface in Surface.All.Values)
        {
            var error = JsonNode.Parse(
                (await surface.AskAsync(f.User.Http, surface.Path + surface.Stream))
                    .ShouldBe(HttpStatusCode.BadRequest)
                    .Text
            )!["error"]!;
            var anthropic =
                surface.Path == "/v1/messages"
                && code == "context_length_exceeded"
                && !message.StartsWith("prompt", StringComparison.Ordinal);
            error["message"]!
                .GetValue<string>()
                .ShouldBe(anthropic ? "prompt is too long: " + message : message, surface.Path);
            (error["code"]!.GetValue<string>(), error["param"]?.GetValue<string>()).ShouldBe(
                (code, param),
                surface.Path
            );
        }
    }

    [Fact]
    public async Task In_the_middle_of_a_stream_too()
    {
        f.Provider.Answers = _ => new FakeAnswer
        {
            Raw = (
                "text/event-stream",
                "data: {\"id\":\"x\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"}}]}\n\n"
                    + "data: {\"error\":{\"message\":\"filtered at 192.168.0.7\",\"code\":\"content_filter\"}}\n\n"
            ),
        };
        var last = JsonNode.Parse((await f.User.ChatAsync(Chat("hi", stream: true), "key")).Events()[^1])!["error"]!;
        (last["message"]!.GetValue<string>(), last["code"]!.GetValue<string>()).ShouldBe(
            ("filtered at ***", "content_filter")
        );
    }

    private Task<Answer> AskAsync(string text = "hi", string? key = null, string model = "", int maxTokens = 20) =>
        f.User.ChatAsync(Chat(text, model, maxTokens: maxTokens), key);

    private static void Check(Answer answer, int status, string repeats, string? when)
    {
        ((int)answer.Status).ShouldBe(status, answer.Text);
        (answer.Header("x-should-retry"), answer.Header("Retry-After")).ShouldBe((repeats, when), answer.Text);
    }
}
