using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

public class ChatCompletionsTests
{
    [Fact]
    public async Task A_plain_answer_comes_back_byte_for_byte_with_its_price()
    {
        await using var provider = await FakeProvider.StartAsync();
        const string odd =
            "{ \"id\":\"x\", \"unknown\" : [1.50],\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"ok\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12}}";
        provider.Answers = _ => new FakeAnswer { Raw = ("application/json", odd) };
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var answer = (await mei.ChatAsync(Chat("hi"), "my-key")).ShouldBe(HttpStatusCode.OK);
        answer.Text.ShouldBe(odd);
        answer.Header("x-smartflow-event-id").ShouldBe("my-key");
        answer.Header("x-smartflow-credit-micros").ShouldBe(FakeAnswerMicros.ToString(CultureInfo.InvariantCulture));
        answer.Header("x-smartflow-replayed").ShouldBeNull();
    }

    [Fact]
    public async Task A_stream_carries_the_key_and_the_price_where_usage_was_asked_for()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var answer = (await mei.ChatAsync(Chat("hi", stream: true, usage: true), "my-key")).ShouldBe(HttpStatusCode.OK);
        answer.Said().ShouldBe("Hello there");
        var events = answer.Events();
        events[^1].ShouldBe("[DONE]");
        var last = JsonNode.Parse(events[^2])!;
        last["choices"]!.AsArray().Count.ShouldBe(0);
        last["usage"]!["total_tokens"]!.GetValue<long>().ShouldBe(12);
        last["smartflow"]!["event_id"]!.GetValue<string>().ShouldBe("my-key");
        last["smartflow"]!["credit_micros"]!.GetValue<long>().ShouldBe(FakeAnswerMicros);
    }

    [Fact]
    public async Task A_stream_without_the_wish_for_usage_has_none_though_the_provider_was_asked()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var answer = await mei.ChatAsync(Chat("hi", stream: true));
        answer.Text.ShouldNotContain("usage");
        Guid.TryParse(answer.Header("x-smartflow-event-id"), out var made).ShouldBeTrue();
        made.Version.ShouldBe(7);
        provider.Received.Single().Body["stream_options"]!["include_usage"]!.GetValue<bool>().ShouldBeTrue();
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task The_same_key_is_answered_again_in_either_form_without_the_provider(bool first, bool second)
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var original = await mei.ChatAsync(Chat("hi", stream: first), "k");
        var repeat = (await mei.ChatAsync(Chat("hi", stream: second), "k")).ShouldBe(HttpStatusCode.OK);
        repeat.Said().ShouldBe(original.Said());
        if (!first && !second)
            repeat.Text.ShouldBe(original.Text);
        repeat.Header("x-smartflow-replayed").ShouldBe("true");
        repeat.Header("x-smartflow-credit-micros").ShouldBe(FakeAnswerMicros.ToString(CultureInfo.InvariantCulture));
        provider.Received.Count.ShouldBe(1);
        (await mei.ChatAsync(Chat("other"), "k")).ShouldBeError(ErrorCodes.KeyReused);
    }

    [Fact]
    public async Task A_repeat_while_the_first_runs_is_told_to_come_again_where_it_may_not_wait()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider, s => s.Settings["Llm:RepeatWaitSeconds"] = "0");
        var mei = await app.SignUpAsync();
        provider.Hold();
        var first = mei.ChatAsync(Chat("hi"), "k");
        await provider.WhenReceivedAsync(1);
        var repeat = await mei.ChatAsync(Chat("hi"), "k");
        repeat.ShouldBeError(ErrorCodes.InFlight);
        repeat.Header("Retry-After").ShouldBe("1");
        provider.LetGo();
        (await first).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_is_refused_before_the_provider_costs_nothing_and_leaves_nothing()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var before = await app.BalanceMicrosAsync(mei);
        (await mei.ChatAsync(Chat("hi", "no-such-model"))).ShouldBeError(ErrorCodes.UnknownModel);
        (await mei.ChatAsync(Chat("hi", maxTokens: -1))).ShouldBeError(ErrorCodes.InvalidArgument)["param"]!
            .GetValue<string>()
            .ShouldBe("max_tokens");
        (await mei.ChatAsync(Chat("hi", maxTokens: int.MaxValue))).ShouldBeError(ErrorCodes.InvalidArgument);
        (await mei.ChatAsync(new StringContent("{\"model\":"))).ShouldBeError(ErrorCodes.MalformedBody);
        (await mei.ChatAsync(Chat("hi"), "sf:mine")).ShouldBeError(ErrorCodes.InvalidArgument)["param"]!
            .GetValue<string>()
            .ShouldBe("Idempotency-Key");
        (await mei.ChatAsync(Chat("hi"), new string('k', 256))).ShouldBeError(ErrorCodes.InvalidArgument);
        (await mei.ChatAsync(Chat("hi", maxTokens: 10_000_000), "dear")).ShouldBeError(ErrorCodes.InsufficientCredit);
        (await app.Anonymous.PostAsync("/v1/chat/completions", Chat("hi"))).ShouldBeError(ErrorCodes.Unauthenticated);
        provider.Received.ShouldBeEmpty();
        (await app.BalanceMicrosAsync(mei)).ShouldBe(before);
        (await mei.GetAsync("/api/v1/calls/dear")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_of_30_MB_is_refused_and_nothing_is_written(bool announced)
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var big = Encoding.UTF8.GetBytes(
            "{\"messages\":[{\"role\":\"user\",\"content\":\"" + new string('x', 30_000_000) + "\"}]}"
        );
        using var content = announced ? new ByteArrayContent(big) : (HttpContent)new StreamContent(new Unseekable(big));
        (await mei.ChatAsync(content, "big")).ShouldBeError(ErrorCodes.PayloadTooLarge);
        provider.Received.ShouldBeEmpty();
        (await mei.GetAsync("/api/v1/calls/big")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Only_calls_with_images_may_be_larger_than_the_longest_text()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider, s => s.Settings["TokenStore:WelcomeCredits"] = "100000");
        var mei = await app.SignUpAsync();
        (await mei.ChatAsync(Chat(new string('x', 17_000_000)))).ShouldBeError(ErrorCodes.PayloadTooLarge);
        var image = new JsonObject
        {
            ["type"] = "image_url",
            ["image_url"] = new JsonObject { ["url"] = "data:image/png;base64," + new string('A', 18_000_000) },
        };
        var body = new JsonObject
        {
            ["messages"] = new JsonArray(new JsonObject { ["role"] = "user", ["content"] = new JsonArray(image) }),
            ["max_tokens"] = 16,
        };
        (await mei.ChatAsync(body)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Too_many_calls_of_one_user_at_once_are_refused_and_others_are_not()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await StartAsync(provider, s => s.Settings["Gateway:MaxConcurrentCalls"] = "2");
        var (mei, bob) = (await app.SignUpAsync(), await app.SignUpAsync("bob"));
        provider.Hold();
        Task<Answer>[] running = [mei.ChatAsync(Chat("1")), mei.ChatAsync(Chat("2"))];
        await provider.WhenReceivedAsync(2);
        var refused = await mei.ChatAsync(Chat("3"));
        refused.ShouldBeError(ErrorCodes.RateLimited);
        refused.Header("Retry-After").ShouldBe("1");
        var other = bob.ChatAsync(Chat("4"));
        await provider.WhenReceivedAsync(3);
        provider.LetGo();
        foreach (var answer in await Task.WhenAll([.. running, other]))
            answer.ShouldBe(HttpStatusCode.OK);
        (await mei.ChatAsync(Chat("5"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_failure_in_mid_stream_ends_with_an_error_event()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer { Text = "a b c d", EndsAfter = 4 };
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var events = (await mei.ChatAsync(Chat("hi", stream: true))).ShouldBe(HttpStatusCode.OK).Events();
        events.ShouldNotContain("[DONE]");
        JsonNode.Parse(events[^1])!["error"]!["code"]!.GetValue<string>().ShouldBe("provider_failed");
    }

    [Theory]
    [InlineData(400, "invalid_argument", 400)]
    [InlineData(429, "rate_limited", 429)]
    [InlineData(500, "provider_failed", 502)]
    [InlineData(401, "provider_failed", 502)]
    public async Task A_provider_that_fails_is_told_in_our_words_and_costs_nothing(int status, string code, int ours)
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer { Status = status, RetryAfter = "30" };
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        var before = await app.BalanceMicrosAsync(mei);
        foreach (var stream in new[] { true, false })
        {
            var answer = await mei.ChatAsync(Chat("hi", stream: stream));
            ((int)answer.Status).ShouldBe(ours);
            JsonNode.Parse(answer.Text)!["error"]!["code"]!.GetValue<string>().ShouldBe(code);
            if (status == 429)
                answer.Header("Retry-After").ShouldBe("30");
        }
        (await app.BalanceMicrosAsync(mei)).ShouldBe(before);
    }

    [Fact]
    public async Task Chunks_are_sent_as_they_come()
    {
        await using var provider = await FakeProvider.StartAsync();
        var goOn = new TaskCompletionSource();
        provider.Answers = _ => new FakeAnswer { AfterFirstChunk = goOn.Task };
        await using var app = await StartAsync(provider);
        var mei = await app.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(((JsonNode)Chat("hi", stream: true)).ToJsonString()),
        };
        using var response = await mei.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        (await lines.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)))!.ShouldStartWith("data: {");
        provider.Completed.ShouldBeEmpty();
        goOn.SetResult();
        (await lines.ReadToEndAsync()).ShouldEndWith("data: [DONE]\n\n");
    }

    /// <summary>Bytes of unknown length.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
