using System.Text.Json.Nodes;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;
using SmartFlow.Llm.Providers.Anthropic;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Llm;

/// <summary>Anthropic's messages API behind the common dialect.</summary>
public class AnthropicProviderTests
{
    [Fact]
    public async Task A_streamed_message_becomes_chunks_with_buckets_that_do_not_overlap()
    {
        var (answer, call) = await AskAsync(Events("stream-cache.sse"), stream: true);
        var message = Message(answer);
        message["content"]!.GetValue<string>().ShouldBe("Hello \"message_stop\" 世界");
        message["reasoning_content"]!.GetValue<string>().ShouldBe("Let me see.");
        answer.FinishReason.ShouldBe("stop");
        answer.Finished.ShouldBeTrue();
        answer.Usage.ShouldBe(new TokenUsage(Input: 25, Output: 15, Cached: 2_000, CacheWrite: 100));
        call.Body["stream"]!.GetValue<bool>().ShouldBeTrue();
        call.Body["max_tokens"]!.GetValue<int>().ShouldBe(64);
        call.Body.AsObject().ContainsKey("stream_options").ShouldBeFalse();
    }

    [Fact]
    public async Task Tool_calls_keep_their_order_ids_and_arguments_and_later_counts_correct_earlier_ones()
    {
        var (answer, _) = await AskAsync(Events("stream-tools.sse"), stream: true);
        var message = Message(answer);
        message["content"]!.GetValue<string>().ShouldBe("I'll look.");
        message["tool_calls"]!
            .AsArray()
            .Select(c =>
                (
                    c!["id"]!.GetValue<string>(),
                    c["function"]!["name"]!.GetValue<string>(),
                    c["function"]!["arguments"]!.GetValue<string>()
                )
            )
            .ShouldBe([("toolu_1", "weather", "{\"city\": \"Xi'an\"}"), ("toolu_2", "clock", "{}")]);
        answer.FinishReason.ShouldBe("tool_calls");
        answer.Usage.ShouldBe(new TokenUsage(310, 60));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plain_message_becomes_a_completion_also_where_a_stream_was_asked_for(bool stream)
    {
        var (answer, _) = await AskAsync(new FakeAnswer { Raw = ("application/json", Text("plain.json")) }, stream);
        var message = Message(answer);
        message["content"]!.GetValue<string>().ShouldBe("Look: done");
        message["reasoning_content"]!.GetValue<string>().ShouldBe("Hm.");
        message["tool_calls"]![0]!["function"]!["arguments"]!.GetValue<string>().ShouldBe("{\"city\":\"Xi'an\"}");
        answer.Usage.ShouldBe(new TokenUsage(10, 5, Cached: 7));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_a_cut_and_reports_no_usage()
    {
        var whole = Text("stream-cache.sse");
        await using var fake = await FakeProvider.StartAsync();
        fake.Answers = _ => new FakeAnswer
        {
            Raw = ("text/event-stream", whole[..whole.IndexOf("event: message_delta", StringComparison.Ordinal)]),
        };
        using var provider = Provider(fake.BaseUrl);
        await using var sent = await provider.SendAsync(Request(Plain, true), CancellationToken.None);
        var answer = new AnswerText(1_000);
        var failure = await Should.ThrowAsync<ProviderException>(async () =>
        {
            await foreach (var chunk in sent.ReadAsync(CancellationToken.None))
                answer.TryAdd(chunk.Span);
        });
        failure.Kind.ShouldBe(FailureKind.Cut);
        answer.Usage.ShouldBeNull();
        answer.TextBytes.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(
        "text/event-stream",
        "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
        nameof(FailureKind.Unavailable)
    )]
    [InlineData("text/event-stream", "data: {\"type\":\"message_start\"\n\n", nameof(FailureKind.Malformed))]
    [InlineData("text/event-stream", "data: {\"type\":5}}\n\n", nameof(FailureKind.Malformed))]
    [InlineData(
        "application/json",
        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"x\"}}",
        nameof(FailureKind.RateLimited)
    )]
    [InlineData("application/json", "{\"type\":\"message\"}", nameof(FailureKind.Malformed))]
    [InlineData("application/json", "[]", nameof(FailureKind.Malformed))]
    public async Task An_error_in_a_success_is_classified(string type, string body, string kind)
    {
        var failure = await Should.ThrowAsync<ProviderException>(() =>
            AskAsync(new FakeAnswer { Raw = (type, body) }, stream: type.StartsWith("text", StringComparison.Ordinal))
        );
        failure.Kind.ToString().ShouldBe(kind);
    }

    [Fact]
    public void A_request_is_translated_whole()
    {
        var asked = """
            {"model":"claude-x","max_completion_tokens":50,"temperature":1.6,"stop":"END","seed":7,"top_k":5,"parallel_tool_calls":false,
             "thinking":{"type":"enabled","budget_tokens":1024},"n":1,"user":"u",
             "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":{"type":"object","properties":{}}}}],
             "tool_choice":"required",
             "messages":[
               {"role":"system","content":"Be brief."},
               {"role":"user","content":[{"type":"text","text":"What is this?","cache_control":{"type":"ephemeral"}},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},
                 {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]},
               {"role":"assistant","content":"","tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"a\":1}"}}]},
               {"role":"tool","tool_call_id":"t1","content":"sunny"},
               {"role":"user","content":"And now?"},
               {"role":"developer","content":"In French."}]}
            """;
        JsonNode
            .DeepEquals(
                Translated(asked),
                JsonNode.Parse(
                    """
                    {"model":"claude-x","max_tokens":50,"temperature":1,"stop_sequences":["END"],"top_k":5,
                     "thinking":{"type":"enabled","budget_tokens":1024},
                     "tools":[{"name":"weather","description":"d","input_schema":{"type":"object","properties":{}}}],
                     "tool_choice":{"type":"any","disable_parallel_tool_use":true},
                     "system":[{"type":"text","text":"Be brief."},{"type":"text","text":"In French."}],
                     "messages":[
                       {"role":"user","content":[{"type":"text","text":"What is this?","cache_control":{"type":"ephemeral"}},
                         {"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},
                         {"type":"image","source":{"type":"url","url":"https://example.org/a.png"}}]},
                       {"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"weather","input":{"a":1}}]},
                       {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","content":[{"type":"text","text":"sunny"}]},
                         {"type":"text","text":"And now?"}]}]}
                    """
                )
            )
            .ShouldBeTrue(Translated(asked).ToJsonString());
    }

    [Theory]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", "response_format")]
    [InlineData("\"logprobs\":true", "logprobs")]
    [InlineData("\"tool_choice\":7", "tool_choice")]
    [InlineData("\"tools\":7", "cannot be asked so")]
    [InlineData("\"tools\":[7]", "cannot be asked so")]
    [InlineData("\"response_format\":\"json\"", "cannot be asked so")]
    [InlineData("\"top_k\":1,\"top_k\":2", "cannot be asked so")]
    public void What_has_no_counterpart_is_refused_by_name(string field, string named)
    {
        var refused = Should.Throw<ProviderException>(() =>
            Translated($$"""{"messages":[{"role":"user","content":"x"}],{{field}}}""")
        );
        refused.Kind.ShouldBe(FailureKind.Rejected);
        Failures.ToRefusal(refused).Message.ShouldContain(named);
    }

    [Fact]
    public async Task A_call_is_charged_its_cache_reads_and_writes_at_their_own_prices()
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Answers = _ => Events("stream-cache.sse");
        await using var calls = await CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Providers:0:Name"] = "anthropic";
            s.Settings["Llm:Providers:0:Api"] = "Anthropic";
            s.Settings["Llm:Providers:0:BaseUrl"] = fake.BaseUrl;
            s.Settings["Llm:Providers:0:ApiKey"] = "sk-ant";
            s.Settings["Llm:Providers:0:Models:0"] = "claude-x";
        });
        var (_, receipt, failure) = await calls.StreamAsync("call", CallFixture.Body(model: "claude-x"));
        failure.ShouldBeNull();
        // Seeded price: 3.2 in, 16 out, 0.8 cached; cache writes have none of their own and cost as input.
        receipt!.CreditMicros.ShouldBe(
            ((25 + 100) * 3_200_000L + 2_000 * 800_000L + 15 * 16_000_000L) / 1_000_000 * 100
        );
        receipt.ProviderName.ShouldBe("anthropic");
        fake.Received.ShouldHaveSingleItem().ApiKey.ShouldBe("sk-ant");
        fake.Completed.Count.ShouldBe(1);
    }

    private const string Plain = """{"messages":[{"role":"user","content":"hi"}]}""";

    private static JsonNode Translated(string asked) =>
        JsonNode.Parse(AnthropicRequest.Translate(System.Text.Encoding.UTF8.GetBytes(asked)))!;

    private static JsonNode Message(AnswerText answer) =>
        JsonNode.Parse(answer.ToStored()!.Completion.Span)!["choices"]![0]!["message"]!;

    private static string Text(string name) => File.ReadAllText(Path.Combine(Fixtures.Folder("anthropic"), name));

    private static FakeAnswer Events(string name) => new() { Raw = ("text/event-stream", Text(name)) };

    private static async Task<(AnswerText Answer, ReceivedCall Call)> AskAsync(FakeAnswer says, bool stream)
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Answers = _ => says;
        using var provider = Provider(fake.BaseUrl);
        await using var sent = await provider.SendAsync(Request(Plain, stream), CancellationToken.None);
        var answer = new AnswerText(1_000_000);
        await foreach (var chunk in sent.ReadAsync(CancellationToken.None))
            answer.TryAdd(chunk.Span).ShouldBeTrue();
        return (answer, fake.Received.Single());
    }

    private static ProviderRequest Request(string body, bool stream)
    {
        var request = ChatRequest.Parse(System.Text.Encoding.UTF8.GetBytes(body));
        return new ProviderRequest("m", request.WriteUpstream("m", 64, stream, UpstreamDialect.Default), stream);
    }

    private static AnthropicProvider Provider(string baseUrl) =>
        new(
            new OpenAiCompatibleOptions
            {
                BaseUrl = baseUrl,
                FirstByteTimeoutSeconds = 5,
                IdleTimeoutSeconds = 5,
                TotalTimeoutSeconds = 10,
            },
            TimeProvider.System
        );
}
