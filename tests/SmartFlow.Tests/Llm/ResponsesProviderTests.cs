using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;
using SmartFlow.Llm.Providers.Responses;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Llm;

/// <summary>OpenAI's Responses API as a provider behind the common dialect.</summary>
public class ResponsesProviderTests
{
    [Fact]
    public async Task A_streamed_response_becomes_chunks_with_its_reasoning_and_its_usage()
    {
        var (answer, call) = await AskAsync(Events("stream-text.sse"), stream: true);
        var message = Message(answer);
        message["content"]!.GetValue<string>().ShouldBe("Hello \"error\" 世界");
        message["reasoning_content"]!.GetValue<string>().ShouldBe("First.\n\nThen.");
        answer.FinishReason.ShouldBe("stop");
        answer.Usage.ShouldBe(new TokenUsage(Input: 30, Output: 11, Cached: 7, Reasoning: 40));
        Encoding.UTF8.GetString(answer.Head.Span).ShouldContain("\"model\":\"gpt-5-x\"");
        call.Body["max_output_tokens"]!.GetValue<int>().ShouldBe(64);
        call.Body["store"]!.GetValue<bool>().ShouldBeFalse();
        call.Body.AsObject().ContainsKey("stream_options").ShouldBeFalse();
        call.Authorization.ShouldBe("Bearer secret");
    }

    [Fact]
    public async Task Tool_calls_keep_their_order_ids_and_arguments_in_pieces_or_whole()
    {
        var (answer, _) = await AskAsync(Events("stream-tools.sse"), stream: true);
        Message(answer)["tool_calls"]!
            .AsArray()
            .Select(c =>
                (
                    c!["id"]!.GetValue<string>(),
                    c["function"]!["name"]!.GetValue<string>(),
                    c["function"]!["arguments"]!.GetValue<string>()
                )
            )
            .ShouldBe([("call_1", "weather", "{\"city\":\"Xi'an\"}"), ("call_2", "clock", "{\"zone\":8}")]);
        answer.FinishReason.ShouldBe("tool_calls");
        answer.Usage.ShouldBe(new TokenUsage(75, 23));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plain_response_becomes_a_completion_also_where_a_stream_was_asked_for(bool stream)
    {
        var (answer, _) = await AskAsync(new FakeAnswer { Raw = ("application/json", Text("plain.json")) }, stream);
        var message = Message(answer);
        message["content"]!.GetValue<string>().ShouldBe("Hello 世界");
        message["reasoning_content"]!.GetValue<string>().ShouldBe("First.\n\nThen.");
        message["tool_calls"]![0]!["function"]!["arguments"]!.GetValue<string>().ShouldBe("{\"city\":\"Xi'an\"}");
        answer.FinishReason.ShouldBe("tool_calls");
        answer.Usage.ShouldBe(new TokenUsage(20, 47, Cached: 16, Reasoning: 40));
    }

    [Fact]
    public async Task An_answer_that_reached_its_limit_says_so()
    {
        var (answer, _) = await AskAsync(
            new FakeAnswer { Raw = ("application/json", Text("incomplete.json")) },
            stream: false
        );
        answer.FinishReason.ShouldBe("length");
        var cut = Text("stream-text.sse")
            .Replace("response.completed", "response.incomplete", StringComparison.Ordinal)
            .Replace(
                "\"status\":\"completed\",\"error\":null,\"incomplete_details\":null",
                "\"status\":\"incomplete\",\"error\":null,\"incomplete_details\":{\"reason\":\"content_filter\"}",
                StringComparison.Ordinal
            );
        (
            await AskAsync(new FakeAnswer { Raw = ("text/event-stream", cut) }, stream: true)
        ).Answer.FinishReason.ShouldBe("content_filter");
    }

    [Fact]
    public async Task A_refusal_is_kept_as_one()
    {
        var refused = Text("stream-text.sse").Replace("output_text.delta", "refusal.delta", StringComparison.Ordinal);
        var (answer, _) = await AskAsync(new FakeAnswer { Raw = ("text/event-stream", refused) }, stream: true);
        Message(answer)["refusal"]!.GetValue<string>().ShouldBe("Hello \"error\" 世界");
    }

    [Theory]
    [InlineData(
        "text/event-stream",
        "data: {\"type\":\"response.failed\",\"response\":{\"id\":\"r\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"}}}\n\n",
        nameof(FailureKind.Unavailable)
    )]
    [InlineData(
        "text/event-stream",
        "data: {\"type\":\"response.failed\",\"response\":{\"status\":\"failed\",\"error\":{\"code\":\"rate_limit_exceeded\",\"message\":\"x\"}}}\n\n",
        nameof(FailureKind.RateLimited)
    )]
    [InlineData(
        "text/event-stream",
        "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"x\",\"param\":null,\"sequence_number\":1}\n\n",
        nameof(FailureKind.Unavailable)
    )]
    [InlineData("text/event-stream", "data: {\"type\":\"response.created\"}\n\n", nameof(FailureKind.Cut))]
    [InlineData("text/event-stream", "data: {\"type\":\"response.created\" \"x\"}\n\n", nameof(FailureKind.Malformed))]
    [InlineData(
        "text/event-stream",
        "data: {\"type\":\"response.output_text.delta\",\"delta\":\"a\"}\n\n",
        nameof(FailureKind.Cut)
    )]
    [InlineData(
        "application/json",
        "{\"object\":\"response\",\"status\":\"failed\",\"error\":{\"code\":\"invalid_prompt\",\"message\":\"x\"},\"output\":[]}",
        nameof(FailureKind.Rejected)
    )]
    [InlineData(
        "application/json",
        "{\"object\":\"response\",\"status\":\"in_progress\",\"error\":null,\"output\":[]}",
        nameof(FailureKind.Malformed)
    )]
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
            {"model":"gpt-5-x","max_completion_tokens":50,"temperature":0.5,"seed":7,"n":1,"user":"u","reasoning_effort":"low",
             "reasoning":{"summary":"auto"},"verbosity":"low","parallel_tool_calls":false,"truncation":"auto","logprobs":false,
             "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{"type":"object"}}},
             "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":{"type":"object","properties":{}}}}],
             "tool_choice":{"type":"function","function":{"name":"weather"}},
             "messages":[
               {"role":"system","content":"Be brief."},
               {"role":"user","content":[{"type":"text","text":"What is this?"},
                 {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},
                 {"type":"image_url","image_url":{"url":"https://example.org/a.png"}}]},
               {"role":"assistant","content":"","tool_calls":[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\"a\":1}"}}]},
               {"role":"tool","tool_call_id":"t1","content":[{"type":"text","text":"sunny"}]},
               {"role":"assistant","content":[{"type":"text","text":"Sunny."},{"type":"refusal","refusal":"No."}]},
               {"role":"developer","content":"In French."}]}
            """;
        var translated = Translated(asked);
        JsonNode
            .DeepEquals(
                translated,
                JsonNode.Parse(
                    """
                    {"model":"gpt-5-x","max_output_tokens":50,"temperature":0.5,"user":"u","reasoning":{"summary":"auto","effort":"low"},
                     "parallel_tool_calls":false,"truncation":"auto","store":false,
                     "text":{"verbosity":"low","format":{"name":"s","strict":true,"schema":{"type":"object"},"type":"json_schema"}},
                     "tools":[{"type":"function","name":"weather","description":"d","parameters":{"type":"object","properties":{}},"strict":false}],
                     "tool_choice":{"type":"function","name":"weather"},
                     "input":[
                       {"type":"message","role":"system","content":"Be brief."},
                       {"type":"message","role":"user","content":[{"type":"input_text","text":"What is this?"},
                         {"type":"input_image","image_url":"data:image/png;base64,AAAA","detail":"low"},
                         {"type":"input_image","image_url":"https://example.org/a.png","detail":"auto"}]},
                       {"type":"function_call","call_id":"t1","name":"weather","arguments":"{\"a\":1}"},
                       {"type":"function_call_output","call_id":"t1","output":[{"type":"input_text","text":"sunny"}]},
                       {"type":"message","role":"assistant","content":[{"type":"output_text","text":"Sunny."},{"type":"refusal","refusal":"No."}]},
                       {"type":"message","role":"developer","content":"In French."}]}
                    """
                )
            )
            .ShouldBeTrue(translated.ToJsonString());
    }

    [Theory]
    [InlineData("\"n\":2", "n")]
    [InlineData("\"stop\":\"END\"", "stop")]
    [InlineData("\"logprobs\":true", "logprobs")]
    [InlineData("\"background\":true", "background")]
    [InlineData("\"previous_response_id\":\"r\"", "previous_response_id")]
    [InlineData("\"functions\":[]", "functions")]
    [InlineData("\"tools\":[{\"type\":\"web_search\"}]", "web_search")]
    [InlineData("\"tools\":7", "cannot be asked so")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "json_schema")]
    [InlineData("\"tool_choice\":{\"type\":\"web_search\"}", "tool_choice")]
    public void What_has_no_counterpart_is_refused_by_name(string field, string named)
    {
        var refused = Should.Throw<ProviderException>(() =>
            Translated($$"""{"messages":[{"role":"user","content":"x"}],{{field}}}""")
        );
        refused.Kind.ShouldBe(FailureKind.Rejected);
        Failures.ToRefusal(refused).Message.ShouldContain(named);
    }

    [Theory]
    [InlineData("{\"role\":\"function\",\"name\":\"f\",\"content\":\"x\"}")]
    [InlineData("{\"role\":\"user\",\"content\":[{\"type\":\"file\",\"file\":{}}]}")]
    public void So_is_a_message_with_its_place(string message) =>
        Should
            .Throw<ProviderException>(() =>
                Translated($$"""{"messages":[{"role":"user","content":"x"},{{message}}]}""")
            )
            .Message.ShouldContain("messages[1]");

    [Fact]
    public async Task A_call_is_charged_by_the_buckets_of_the_response()
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Answers = _ => Events("stream-text.sse");
        await using var calls = await CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:Providers:0:Name"] = "responses";
            s.Settings["Llm:Providers:0:Api"] = "Responses";
            s.Settings["Llm:Providers:0:BaseUrl"] = fake.BaseUrl;
            s.Settings["Llm:Providers:0:Models:0"] = "gpt-5-x";
        });
        var (_, receipt, failure) = await calls.StreamAsync("call", CallFixture.Body(model: "gpt-5-x"));
        failure.ShouldBeNull();
        // Seeded price: 3.2 in, 16 out and reasoning, 0.8 cached: 917.6 µ¥, rounded up.
        receipt!.CreditMicros.ShouldBe(91_800);
        receipt.ProviderName.ShouldBe("responses");
        await calls.SettledAsync();
    }

    private static JsonNode Translated(string asked) =>
        JsonNode.Parse(ResponsesRequest.Translate(Encoding.UTF8.GetBytes(asked)))!;

    private static JsonNode Message(AnswerText answer) =>
        JsonNode.Parse(answer.ToStored()!.Completion.Span)!["choices"]![0]!["message"]!;

    private static string Text(string name) => File.ReadAllText(Path.Combine(Fixtures.Folder("responses"), name));

    private static FakeAnswer Events(string name) => new() { Raw = ("text/event-stream", Text(name)) };

    private static async Task<(AnswerText Answer, ReceivedCall Call)> AskAsync(FakeAnswer says, bool stream)
    {
        await using var fake = await FakeProvider.StartAsync();
        fake.Answers = _ => says;
        using var provider = new ResponsesProvider(
            new OpenAiCompatibleOptions
            {
                BaseUrl = fake.BaseUrl,
                ApiKey = "secret",
                FirstByteTimeoutSeconds = 5,
                IdleTimeoutSeconds = 5,
                TotalTimeoutSeconds = 10,
            },
            TimeProvider.System
        );
        var request = ChatRequest.Parse("""{"messages":[{"role":"user","content":"hi"}]}"""u8.ToArray());
        await using var sent = await provider.SendAsync(
            new ProviderRequest("m", request.WriteUpstream("m", 64, stream, UpstreamDialect.Default), stream),
            CancellationToken.None
        );
        var answer = new AnswerText(1_000_000);
        await foreach (var chunk in sent.ReadAsync(CancellationToken.None))
            answer.TryAdd(chunk.Span).ShouldBeTrue();
        return (answer, fake.Received.Single());
    }
}
