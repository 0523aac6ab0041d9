using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Chat;
using static SmartFlow.Tests.Gateway.OddAnswers;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// Why an answer ended, and what it used, in the words and at the place that clients know; on every surface, streamed,
/// plain and stored.
/// </summary>
public sealed class OddEndTests(OddAnswers odd) : IClassFixture<OddAnswers>
{
    private const string Call = """{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":"{}"}}""";

    /// <summary>
    /// What the provider says, what clients are told, and whether it means that less came than was meant.
    /// </summary>
    public static TheoryData<string, string> Reasons() =>
        new()
        {
            { "\"stop\"", "stop" },
            { "\"length\"", "length" },
            { "\"content_filter\"", "content_filter" },
            { "\"eos\"", "stop" },
            { "\"eos_token\"", "stop" },
            { "\"end_turn\"", "stop" },
            { "\"stop_sequence\"", "stop" },
            { "\"STOP\"", "stop" },
            { "\"COMPLETE\"", "stop" },
            { "\"done\"", "stop" },
            { "\"whatever comes\"", "stop" },
            { "7", "stop" },
            { "{\"a\":[1]}", "stop" },
            { "\"max_tokens\"", "length" },
            { "\"MAX_TOKENS\"", "length" },
            { "\"model_length\"", "length" },
            { "\"Max Tokens\"", "length" },
            { "\"insufficient_system_resource\"", "length" },
            { "\"network_error\"", "length" },
            { "\"repetition_truncation\"", "length" },
            { "\"abort\"", "length" },
            { "\"error\"", "length" },
            { "\"SAFETY\"", "content_filter" },
            { "\"sensitive\"", "content_filter" },
            { "\"RECITATION\"", "content_filter" },
        };

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task A_reason_is_told_in_a_word_that_clients_know_and_kept_as_it_came(string said, string told)
    {
        var (plain, _) = await odd.AskAsync("chat", Plain(said));
        End(JsonNode.Parse(plain.Text)!["choices"]![0]!, said, told);
        var (streamed, key) = await odd.AskAsync(
            "chat stream",
            Stream(Delta("null"), Chunk($$"""{"index":0,"delta":{},"finish_reason":{{said}}}"""))
        );
        End(Events(streamed)[^1]["choices"]![0]!, said, told);
        var stored = await odd.AgainAsync("chat", key, "");
        stored.Header("x-smartflow-replayed").ShouldBe("true");
        End(JsonNode.Parse(stored.Text)!["choices"]![0]!, said, told);
        foreach (var (surface, answer) in new[] { ("chat", plain), ("chat stream", streamed), ("chat", stored) })
            See(surface, answer)
                .End.ShouldBe(
                    told switch
                    {
                        "length" => "Length",
                        "content_filter" => "ContentFilter",
                        _ => "Stop",
                    }
                );
        foreach (var surface in new[] { "response", "response stream" })
            See(surface, await AskAsync(surface, said)).End.ShouldBe(told == "stop" ? "Completed" : "Incomplete");
        foreach (var surface in new[] { "message", "message stream" })
            See(surface, await AskAsync(surface, said))
                .End.ShouldBe(
                    told switch
                    {
                        "length" => "max_tokens",
                        "content_filter" => "refusal",
                        _ => "end_turn",
                    }
                );
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"null\"")]
    [InlineData("\"none\"")]
    [InlineData("false")]
    [InlineData("0")]
    [InlineData("null")]
    public async Task A_reason_that_is_none_is_no_end(string said)
    {
        // The connection ends behind it: cut. With the mark of the end it is whole, and clients are told so.
        var (cut, _) = await odd.AskAsync("chat stream", $"data: {Delta(said)}\n\n");
        cut.Text.ShouldContain("\"error\"");
        cut.Text.ShouldContain("\"finish_reason\":null");
        var (whole, key) = await odd.AskAsync("chat stream", Stream(Delta(said), Delta(said)));
        var reasons = Events(whole).Select(e => e["choices"]![0]!["finish_reason"]?.GetValue<string>());
        reasons.ShouldBe([null, null, "stop"]);
        See("chat", await odd.AgainAsync("chat", key, "")).Whole.ShouldBe(("HelloHello", "", "Stop", ""));
        See("chat", (await odd.AskAsync("chat", Plain(said))).Answer).End.ShouldBe("Stop");
    }

    [Theory]
    [InlineData("\"stop\"")]
    [InlineData("\"eos\"")]
    [InlineData("\"tool_calls\"")]
    [InlineData("\"tool_use\"")]
    [InlineData("null")]
    public async Task An_end_beside_tool_calls_is_theirs(string said)
    {
        var plain =
            $$$"""{"id":"c1","choices":[{"finish_reason":{{{said}}},"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{{{Call}}}]}}]}""";
        var streamed = Stream(
            Chunk($$"""{"index":0,"delta":{"tool_calls":[{{Call}}]},"finish_reason":null}"""),
            Chunk($$"""{"index":0,"delta":{},"finish_reason":{{said}}}""")
        );
        foreach (
            var (surface, told) in new[] { ("chat", "ToolCalls"), ("response", "Completed"), ("message", "tool_use") }
        )
        {
            var expected = ("", "", told, new Called("t1", "f", "{}").ToString());
            See(surface, (await odd.AskAsync(surface, plain)).Answer).Whole.ShouldBe(expected);
            var (answer, key) = await odd.AskAsync(surface + " stream", streamed);
            See(surface + " stream", answer).Whole.ShouldBe(expected);
            See(surface, await odd.AgainAsync(surface, key, "")).Whole.ShouldBe(expected, "stored");
        }
    }

    [Fact]
    public async Task An_end_beside_a_legacy_function_is_its()
    {
        const string function = "\"function_call\":{\"name\":\"f\",\"arguments\":\"{}\"}";
        var (plain, _) = await odd.AskAsync(
            "chat",
            $$$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":null,{{{function}}}},"finish_reason":"stop"}]}"""
        );
        See("chat", plain).End.ShouldBe("FunctionCall");
        var (streamed, _) = await odd.AskAsync(
            "chat stream",
            Stream(
                Chunk($$$"""{"index":0,"delta":{{{{function}}}}}"""),
                Chunk("""{"index":0,"delta":{},"finish_reason":"stop"}""")
            )
        );
        See("chat stream", streamed).End.ShouldBe("FunctionCall");
    }

    [Fact]
    public async Task The_official_client_reads_an_answer_with_a_word_that_it_does_not_know()
    {
        var client = new OpenAIClient(
            new ApiKeyCredential(await odd.Mei.CreateApiKeyAsync()),
            new OpenAIClientOptions { Endpoint = new Uri(odd.App.Url, "/v1"), RetryPolicy = new ClientRetryPolicy(0) }
        ).GetChatClient("odd");
        odd.Provider.Answers = call => new FakeAnswer
        {
            Raw = call.Stream
                ? (
                    "text/event-stream",
                    Stream(Delta("null"), Chunk("""{"index":0,"delta":{},"finish_reason":"eos"}"""))
                )
                : ("application/json", Plain("\"eos\"")),
        };
        var plain = (await client.CompleteChatAsync([new UserChatMessage("hi")])).Value;
        (plain.Content[0].Text, plain.FinishReason).ShouldBe(("Hello", ChatFinishReason.Stop));
        var (text, end) = ("", (ChatFinishReason?)null);
        await foreach (var update in client.CompleteChatStreamingAsync([new UserChatMessage("hi")]))
        {
            text += string.Concat(update.ContentUpdate.Select(c => c.Text));
            end = update.FinishReason ?? end;
        }
        (text, end).ShouldBe(("Hello", ChatFinishReason.Stop));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Usage_is_told_once_to_those_who_asked(bool inEveryChunk, bool asked)
    {
        const string usage = ",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12}}";
        string[] chunks =
        [
            .. new[]
            {
                Delta("null"),
                Delta("null"),
                Chunk("""{"index":0,"delta":{},"finish_reason":"stop"}"""),
            }.Select((c, i) => inEveryChunk || i == 2 ? c[..^1] + usage : c),
        ];
        var (answer, key) = await odd.AskAsync(
            "chat stream",
            Stream(chunks),
            more: asked ? "\"stream_options\":{\"include_usage\":true}" : "\"user\":\"u\""
        );
        See("chat stream", answer).Text.ShouldBe("HelloHello");
        var told = Events(answer).Where(e => e["usage"] is not null).ToList();
        told.Count.ShouldBe(asked ? 1 : 0);
        if (asked)
            (told[0]["choices"]!.AsArray().Count, told[0]["usage"]!["total_tokens"]!.GetValue<int>()).ShouldBe((0, 12));
        // 10 and 2 tokens at 320 and 1,600 micro-credits.
        (await odd.ChargedAsync(key)).ShouldBe(6_400);
    }

    [Fact]
    public async Task Usage_within_a_choice_is_told_like_any_other()
    {
        var (answer, key) = await odd.AskAsync(
            "chat stream",
            Stream(
                Delta("null"),
                Chunk(
                    """{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}"""
                )
            ),
            more: "\"stream_options\":{\"include_usage\":true}"
        );
        answer.Text.Split("prompt_tokens\"").Length.ShouldBe(2);
        (await odd.ChargedAsync(key)).ShouldBe(6_400);
    }

    [Fact]
    public async Task Usage_beside_a_text_speaks_of_that_text_too()
    {
        var text = string.Join(' ', Enumerable.Repeat("word", 50));
        var (answer, key) = await odd.AskAsync(
            "chat stream",
            Stream(
                Chunk($$$"""{"index":0,"delta":{"role":"assistant","content":"{{{text}}}"},"finish_reason":"stop"}""")[
                    ..^1
                ] + ",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2,\"total_tokens\":12}}"
            )
        );
        See("chat stream", answer).Text.ShouldBe(text);
        (await odd.ChargedAsync(key)).ShouldBe(6_400);
    }

    private async Task<Answer> AskAsync(string surface, string said) =>
        (
            await odd.AskAsync(
                surface,
                surface.EndsWith("stream", StringComparison.Ordinal)
                    ? Stream(Delta("null"), Chunk($$"""{"index":0,"delta":{},"finish_reason":{{said}}}"""))
                    : Plain(said)
            )
        ).Answer;

    private static string Plain(string said) =>
        $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":{{{said}}}}]}""";

    private static string Delta(string said) =>
        Chunk($$"""{"index":0,"delta":{"role":"assistant","content":"Hello"},"finish_reason":{{said}}}""");

    private static void End(JsonNode choice, string said, string told)
    {
        choice["finish_reason"]!.GetValue<string>().ShouldBe(told);
        if (said == $"\"{told}\"")
            choice["smartflow"].ShouldBeNull();
        else
            choice["smartflow"]!["finish_reason"]!.ToJsonString().ShouldBe(said);
    }
}
