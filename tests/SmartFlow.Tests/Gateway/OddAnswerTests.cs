using static SmartFlow.Tests.Gateway.OddAnswers;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// After it has been paid for an answer is shown, whatever is in it, on every surface and to official clients.
/// </summary>
public sealed class OddAnswerTests(OddAnswers odd) : IClassFixture<OddAnswers>
{
    private static readonly string[] Plain = ["chat", "response", "message"];
    private static readonly string[] Streamed = ["chat stream", "response stream", "message stream"];

    /// <summary>What stands in the place of a good member, and whether the text is still there to be shown.</summary>
    public static TheoryData<string, string> Heads() =>
        new()
        {
            { "\"created\":1", "\"created\":1.7e9" },
            { "\"created\":1", "\"created\":\"1700000000\"" },
            { "\"created\":1", "\"created\":null" },
            { "\"created\":1", "\"created\":1e300" },
            { "\"created\":1", "\"created\":1700000000123" },
            { "\"created\":1", "\"created\":{}" },
            { "\"created\":1,", "" },
            { "\"id\":\"c1\"", "\"id\":7" },
            { "\"id\":\"c1\"", "\"id\":null" },
            { "\"id\":\"c1\"", "\"id\":[1]" },
            { "\"id\":\"c1\",", "" },
            { "\"model\":\"m\"", "\"model\":null" },
            { "\"model\":\"m\"", "\"model\":{\"a\":1}" },
            { "\"model\":\"m\"", "\"model\":\"m\",\"model\":\"n\"" },
            { "\"model\":\"m\"", "\"model\":\"m\",\"of_tomorrow\":1,\"of_tomorrow\":2" },
            { "\"model\":\"m\"", "\"model\":\"m\",\"system_fingerprint\":7,\"service_tier\":[]" },
            { "\"model\":\"m\"", "\"model\":\"m\",\"deep\":" + new string('[', 500) + new string(']', 500) },
            { "\"index\":0", "\"index\":\"0\"" },
            { "\"index\":0", "\"index\":null" },
            { "\"index\":0", "\"index\":-3" },
            { "\"index\":0", "\"index\":5000" },
            { "\"index\":0", "\"index\":0.5" },
            { "\"index\":0,", "" },
            { "\"index\":0", "\"index\":0,\"index\":0" },
            { "\"role\":\"assistant\"", "\"role\":\"bot\"" },
            { "\"role\":\"assistant\"", "\"role\":null" },
            { "\"role\":\"assistant\"", "\"role\":7" },
            { "\"role\":\"assistant\",", "" },
            { "\"role\":\"assistant\"", "\"role\":\"\"" },
            {
                "\"content\":\"Hello\"",
                "\"content\":[{\"type\":\"text\",\"text\":\"Hel\"},{\"type\":\"output_text\",\"text\":\"lo\"},7,null]"
            },
            {
                "\"content\":\"Hello\"",
                "\"content\":[{\"type\":\"reference\",\"reference_ids\":[1]},{\"type\":\"text\",\"text\":\"Hello\"}]"
            },
            { "\"content\":\"Hello\"", "\"content\":{\"type\":\"text\",\"text\":\"Hello\"}" },
            { "\"content\":\"Hello\"", "\"content\":[\"Hello\"]" },
            { "\"content\":\"Hello\"", "\"content\":\"Bye\",\"content\":\"Hello\"" },
            {
                "\"content\":\"Hello\"",
                "\"content\":\"Hello\",\"refusal\":7,\"annotations\":{},\"audio\":\"x\",\"function_call\":[]"
            },
            { "\"content\":\"Hello\"", "\"content\":\"Hello\",\"tool_calls\":null" },
            { "\"content\":\"Hello\"", "\"content\":\"Hello\",\"tool_calls\":7" },
            { "\"content\":\"Hello\"", "\"content\":\"Hello\",\"tool_calls\":[null,7,\"x\"]" },
            {
                "\"finish_reason\":\"stop\"",
                "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":null}]},\"finish_reason\":\"stop\""
            },
            { "\"finish_reason\":\"stop\"", "\"finish_reason\":7" },
            { "\"finish_reason\":\"stop\"", "\"finish_reason\":[\"stop\"]" },
            { "\"finish_reason\":\"stop\"", "\"finish_reason\":{\"type\":\"eos\"}" },
            { "\"finish_reason\":\"stop\"", "\"finish_reason\":true" },
            { "}}]", "}},null,7]" },
            {
                "}}]",
                "}},{\"index\":1},{\"index\":900,\"message\":{\"content\":\"x\"},\"delta\":{\"content\":\"x\"}}]"
            },
            { "\"usage\":{", "\"usage\":7,\"x\":{" },
            { "\"prompt_tokens\":10", "\"prompt_tokens\":\"10\"" },
            { "\"prompt_tokens\":10", "\"prompt_tokens\":null" },
            { "\"prompt_tokens\":10", "\"prompt_tokens\":9.5" },
            { "\"prompt_tokens\":10", "\"prompt_tokens\":10,\"prompt_tokens_details\":7" },
            {
                "\"prompt_tokens\":10",
                "\"prompt_tokens\":10,\"completion_tokens_details\":{\"reasoning_tokens\":\"many\"}"
            },
        };

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task A_plain_answer_is_shown_and_charged(string good, string instead)
    {
        const string answer = """
            {"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hello"}}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}
            """;
        foreach (var surface in Plain)
            await ShownAsync(surface, Changed(answer, good, instead));
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task A_streamed_answer_is_shown_and_charged_and_ends_in_order(string good, string instead)
    {
        const string chunk = """
            {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","delta":{"role":"assistant","content":"Hello"}}]}
            """;
        const string usage =
            """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}""";
        foreach (var surface in Streamed)
            await ShownAsync(
                surface,
                Stream(
                    chunk.Contains(good, StringComparison.Ordinal) ? Changed(chunk, good, instead) : chunk,
                    usage.Contains(good, StringComparison.Ordinal) ? Changed(usage, good, instead) : usage
                )
            );
    }

    [Theory]
    [InlineData("[null,CHOICE]")]
    [InlineData("CHOICE")]
    public async Task Choices_are_found_where_they_stand(string choices)
    {
        const string choice = """{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}""";
        foreach (var surface in Plain)
            await ShownAsync(surface, $$"""{"id":"c1","choices":{{choices.Replace("CHOICE", choice)}}}""");
        foreach (var surface in Streamed)
            await ShownAsync(
                surface,
                Stream($$"""{"id":"c1","choices":{{choices.Replace("CHOICE", choice.Replace("message", "delta"))}}}""")
            );
    }

    [Theory]
    [InlineData("""{"index":0,"finish_reason":"stop"}""")]
    [InlineData("""{"index":0,"message":null,"finish_reason":"stop"}""")]
    [InlineData("""{"index":0,"message":"x","finish_reason":"stop"}""")]
    [InlineData("{}")]
    public async Task A_choice_that_says_nothing_is_an_empty_answer(string choice)
    {
        foreach (var surface in Plain)
        {
            var (answer, _) = await odd.AskAsync(
                surface,
                $$$"""{"id":"c1","choices":[{{{choice}}}],"usage":{"prompt_tokens":10,"completion_tokens":2}}"""
            );
            See(surface, answer.ShouldBe(System.Net.HttpStatusCode.OK)).Text.ShouldBe("");
        }
        foreach (var surface in Streamed)
        {
            var (answer, _) = await odd.AskAsync(
                surface,
                Stream($$"""{"id":"c1","choices":[{{choice.Replace("message", "delta")}}]}""")
            );
            See(surface, answer.ShouldBe(System.Net.HttpStatusCode.OK)).Text.ShouldBe("");
        }
    }

    [Theory]
    [InlineData("""{"id":"c1","choices":[]}""")]
    [InlineData("""{"id":"c1","choices":null}""")]
    [InlineData("""{"id":"c1","choices":[null,7]}""")]
    [InlineData("""{"id":"c1"}""")]
    [InlineData("""{"choices":[{"index":0,"message":{"content":"x"}}]} {}""")]
    public async Task What_holds_no_choice_is_refused_and_free(string body)
    {
        foreach (var surface in Plain)
        {
            var (answer, key) = await odd.AskAsync(surface, body);
            answer.ShouldBe(System.Net.HttpStatusCode.BadGateway);
            (await odd.ChargedAsync(key)).ShouldBe(0);
        }
    }

    [Fact]
    public async Task More_choices_and_calls_and_members_than_anyone_keeps_are_no_defect()
    {
        var choices = string.Join(
            ',',
            Enumerable
                .Range(0, 300)
                .Select(i =>
                    $$"""{"index":{{i}},"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}"""
                )
        );
        await ShownAsync("chat", $$"""{"id":"c1","choices":[{{choices}}]}""", "Hello");
        await ShownAsync("response", $$"""{"id":"c1","choices":[{{choices}}]}""");
        await ShownAsync("message", $$"""{"id":"c1","choices":[{{choices}}]}""");
        var members = string.Join(',', Enumerable.Range(0, 200).Select(i => $"\"m{i}\":{i}"));
        var calls = string.Join(
            ',',
            Enumerable
                .Range(0, 300)
                .Select(i => $$$"""{"id":"t{{{i}}}","type":"function","function":{"name":"f","arguments":"{}"}}""")
        );
        foreach (var surface in Plain)
        {
            var said = await ShownAsync(
                surface,
                $$"""{"id":"c1",{{members}},"choices":[{"index":0,{{members}},"message":{"content":"Hello",{{members}},"tool_calls":[{{calls}}]},"finish_reason":"stop"}]}"""
            );
            said.Calls.Count.ShouldBe(256);
        }
        foreach (var surface in Streamed)
            await ShownAsync(
                surface,
                Stream(
                    $$"""{"id":"c1",{{members}},"choices":[{"index":0,{{members}},"delta":{"content":"Hello",{{members}}},"finish_reason":"stop"}]}"""
                )
            );
    }

    [Fact]
    public async Task Halves_of_a_character_are_joined_and_lone_ones_replaced()
    {
        foreach (var surface in Streamed)
        {
            await ShownAsync(
                surface,
                Stream(
                    Chunk("""{"index":0,"delta":{"content":"He\ud83d"}}"""),
                    Chunk("""{"index":0,"delta":{"content":"\ude00llo"},"finish_reason":"stop"}""")
                ),
                "He😀llo"
            );
            await ShownAsync(
                surface,
                Stream(Chunk("""{"index":0,"delta":{"content":"He\ud83dllo"},"finish_reason":"stop"}""")),
                "He\ufffdllo"
            );
        }
        foreach (var surface in Plain)
            await ShownAsync(
                surface,
                """{"id":"c\ud800","choices":[{"index":0,"message":{"content":"He\ude00llo \\ud83d"},"finish_reason":"stop"}]}""",
                "He\ufffdllo \\ud83d"
            );
    }

    [Theory]
    [InlineData("\"reasoning_content\":\"Hm.\"")]
    [InlineData("\"reasoning\":\"Hm.\"")]
    [InlineData("\"reasoning\":\"Hm.\",\"reasoning_content\":\"Hm.\"")]
    [InlineData(
        "\"reasoning_content\":null,\"reasoning\":\"Hm.\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm.\"}]"
    )]
    [InlineData(
        "\"reasoning_details\":[{\"type\":\"reasoning.summary\",\"summary\":\"Hm.\"},{\"type\":\"reasoning.encrypted\",\"data\":\"x\"}]"
    )]
    [InlineData("\"reasoning_content\":[{\"type\":\"text\",\"text\":\"Hm.\"}]")]
    [InlineData(
        "\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm.\"}]},{\"type\":\"text\",\"text\":\"Hello\"}]"
    )]
    public async Task Thinking_is_shown_once_under_whatever_name_it_comes(string members)
    {
        var text = members.Contains("\"content\"", StringComparison.Ordinal) ? "" : ",\"content\":\"Hello\"";
        foreach (var surface in Plain)
            await ThoughtAsync(
                surface,
                $$$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant",{{{members}}}{{{text}}}},"finish_reason":"stop"}]}"""
            );
        foreach (var surface in Streamed)
            await ThoughtAsync(
                surface,
                Stream(
                    Chunk(
                        $$$"""{"index":0,"delta":{"role":"assistant",{{{members}}}{{{text}}}},"finish_reason":"stop"}"""
                    )
                )
            );
    }

    [Fact]
    public async Task What_is_said_in_blocks_weighs_what_came()
    {
        // 3 bytes are a token where the provider tells no usage; the price is 1,600 micro-credits.
        const string block =
            """[{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"Hello"}]""";
        var (answer, key) = await odd.AskAsync(
            "chat stream",
            Stream(Chunk($$"""{"index":0,"delta":{"content":{{block}}},"finish_reason":"stop"}""")),
            more: "\"stream_options\":{\"include_usage\":true}"
        );
        Events(answer)[^1]["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe((block.Length + 2) / 3);
        Events(answer)[0]["choices"]![0]!["delta"]!["smartflow"]!["content"]!.ToJsonString().ShouldBe(block);
        var plain = await odd.AgainAsync("chat", key, "");
        See("chat", plain).Whole.ShouldBe(See("chat stream", answer).Whole, "the stored answer says the same");
        // A body where a stream was asked for is told in pieces of text, and they are not weighed beside the blocks.
        var (body, _) = await odd.AskAsync(
            "chat stream",
            $$$"""{"id":"c1","choices":[{"index":0,"message":{"role":"assistant","content":{{{block}}}},"finish_reason":"stop"}]}""",
            more: "\"stream_options\":{\"include_usage\":true}"
        );
        See("chat stream", body).Whole.ShouldBe(("Hello", "Hm.", "Stop", ""));
        Events(body)[^1]["usage"]!["completion_tokens"]!.GetValue<int>().ShouldBe(3);
    }

    private async Task ThoughtAsync(string surface, string says)
    {
        var seen = await ShownAsync(surface, says);
        // On the chat surface details stay what they are.
        if (
            !surface.StartsWith("chat", StringComparison.Ordinal)
            || !says.Contains("reasoning_details", StringComparison.Ordinal)
        )
            seen.Thought.ShouldBe("Hm.");
    }

    private async Task<Seen> ShownAsync(string surface, string says, string text = "Hello")
    {
        var (answer, key) = await odd.AskAsync(surface, says);
        answer.Status.ShouldBe(System.Net.HttpStatusCode.OK, $"{surface}: {says}\n{answer.Text}");
        var seen = See(surface, answer);
        seen.Text.ShouldBe(text, $"{surface}: {says}\n{answer.Text}");
        (await odd.ChargedAsync(key)).ShouldBePositive();
        return seen;
    }

    private static string Changed(string answer, string good, string instead)
    {
        answer.ShouldContain(good);
        return answer.Replace(good, instead, StringComparison.Ordinal);
    }
}
