using System.Text;
using SmartFlow.Llm.Dialect;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Llm.UsageAnswers;

namespace SmartFlow.Tests.Llm;

/// <summary>What output weighs that is no text: its JSON, once. Failure 10 of docs/failures.md.</summary>
public sealed class UsageWeightTests(UsageHost host) : IClassFixture<UsageHost>
{
    private const string Words = "word by word, and that for a while";
    private static readonly string Blocks =
        $"[{string.Join(',', Enumerable.Repeat($"{{\"type\":\"text\",\"text\":\"{Words}\"}}", 80))}]";
    private static readonly string Picture =
        $"[{{\"type\":\"image_url\",\"image_url\":{{\"url\":\"data:image/png;base64,{new string('A', 3_000)}\"}}}}]";

    /// <summary>Members of a message, with what of them weighs (or as many bytes) between the marks.</summary>
    public static TheoryData<string> Outputs() =>
        [
            $"\"content\":«{Blocks}»",
            $"\"content\":\"\",\"images\":«{Picture}»",
            "\"content\":«42»",
            "\"content\":null,\"audio\":«{\"id\":\"a\",\"data\":\"UklGRg==\",\"transcript\":\"hi\"}»",
            "\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"function\",\"function\":{\"name\":\"«find»\",\"arguments\":«{\"what\":\"a room\",\"seats\":30}»}}]",
            "\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"t\",\"type\":\"custom\",\"custom\":«{\"name\":\"run\",\"input\":\"ls -l\"}»}]",
            "\"content\":null,\"tool_calls\":{\"name\":\"«find»\",\"arguments\":\"«{}»\"}",
            "\"content\":\"«ok»\",\"tool_calls\":\"«find a room»\"",
            "\"content\":null,\"function_call\":{\"name\":\"«find»\",\"arguments\":«{\"a\":1}»}",
            "\"content\":\"«ok»\",\"reasoning_details\":«[{\"type\":\"reasoning.encrypted\",\"data\":\"AAAABBBBCCCC\"}]»",
            "\"content\":\"«ok»\",\"reasoning\":\"«Hm. Well.»\",\"reasoning_content\":\"Hm. Well.\"",
            "\"content\":\"«ok»\",\"reasoning\":\"«Hm. Well.»\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm. Well.\",\"index\":0}]",
            "\"content\":\"«ok»\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"«Hm. Well.»\"}],\"reasoning_content\":\"Hm.\"",
            "\"content\":«[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm.\"}]},{\"type\":\"text\",\"text\":\"ok\"}]»",
            "\"content\":\"«ok»\",\"annotations\":[{\"type\":\"url_citation\",\"url\":\"https://example.org\"}],\"name\":\"bot\",\"id\":\"m\"",
            "\"reasoning_content\":\"«Hm. Well.»\"",
            "\"reasoning\":\"«Hm. Well.»\"",
            "\"thinking\":\"«Hm. Well.»\"",
            "\"thought\":\"«Hm. Well.»\"",
            "\"reasoning\":«{\"content\":\"Hm. Well.\"}»",
        ];

    [Theory]
    [MemberData(nameof(Outputs))]
    public async Task It_counts_whether_the_answer_comes_whole_or_is_cut(string marked)
    {
        var message = marked.Replace("«", "").Replace("»", "");
        var tokens = (marked.Split('«').Skip(1).Sum(p => p.IndexOf('»')) + 2) / 3;
        foreach (
            var charged in new[]
            {
                await host.PlainAsync(Chat(message, null)),
                await host.StreamAsync(Chunk(message) + End() + Done),
                await host.StreamAsync(Chunk(message)),
            }
        )
        {
            (charged.Buckets[1], charged.Estimated).ShouldBe((tokens, true), charged.Outcome);
            charged.LedgerMicros.ShouldBe(UsageHost.MicrosOf([host.Estimate.Input, tokens, 0, 0, 0]));
        }
        await host.Calls.SettledAsync();
        (await host.Calls.FindingsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"role\":\"assistant\",\"content\":[]")]
    [InlineData("\"content\":[{\"type\":\"text\",\"text\":\"\"}]")]
    [InlineData(
        "\"content\":\"\",\"tool_calls\":[],\"reasoning_details\":[],\"images\":[ ],\"audio\":{},\"annotations\":[{\"a\":1}]"
    )]
    [InlineData(
        "\"content\":null,\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"\",\"index\":0,\"signature\":null}]"
    )]
    public async Task What_says_nothing_weighs_nothing_so_that_an_error_after_it_is_free(string message)
    {
        host.Provider.Answers = _ => new FakeAnswer
        {
            Raw = ("text/event-stream", Chunk(message) + "data: {\"error\":{\"message\":\"x\",\"code\":500}}\n\n"),
        };
        var key = host.NextKey();
        await host.Calls.User.PostAsync(
            "/v1/chat/completions",
            UsageHost.Body(CallFixture.Model, true),
            ("Idempotency-Key", key)
        );
        (await host.Calls.CallViewAsync(key)).State.ShouldBe("failed");
    }

    [Fact]
    public async Task A_picture_does_not_stop_its_answer_at_the_hold()
    {
        var picture = Picture.Replace("AAAA", new string('A', 400));
        const string told = "{\"prompt_tokens\":10,\"completion_tokens\":9}";
        var charged = await host.StreamAsync(
            Chunk($"\"images\":{picture}") + Chunk("\"content\":\"ok\"") + End() + Usage(told) + Done,
            maxTokens: 10
        );
        charged.Outcome.ShouldBe("completed");
        charged.Buckets.ShouldBe([10, 9, 0, 0, 0]);
    }

    [Theory]
    [InlineData(
        "a piece as delta and as message",
        5,
        "Hello",
        "\"delta\":{\"content\":\"He\"},\"message\":{\"content\":\"He\"}",
        "\"message\":{\"content\":\"llo\"},\"delta\":{\"content\":\"llo\"}"
    )]
    [InlineData(
        "also the last one",
        5,
        "Hello",
        "\"delta\":{\"content\":\"He\"},\"message\":{\"content\":\"He\"}",
        "\"delta\":{\"content\":\"llo\"},\"message\":{\"content\":\"llo\"},\"finish_reason\":\"stop\""
    )]
    [InlineData(
        "all so far as message beside each delta",
        6,
        "Hello!",
        "\"message\":{\"content\":\"He\"},\"delta\":{\"content\":\"He\"}",
        "\"message\":{\"content\":\"Hello\"},\"delta\":{\"content\":\"llo\"}",
        "\"finish_reason\":\"stop\",\"message\":{\"content\":\"Hello!\"},\"delta\":{\"content\":\"!\"}"
    )]
    [InlineData(
        "messages beside deltas that say nothing",
        5,
        "Hello",
        "\"message\":{\"content\":\"He\"},\"delta\":{\"role\":\"assistant\",\"content\":\"\"}",
        "\"delta\":{},\"message\":{\"content\":\"llo\"},\"finish_reason\":\"stop\""
    )]
    [InlineData(
        "pieces as messages",
        5,
        "Hello",
        "\"message\":{\"content\":\"He\"}",
        "\"message\":{\"content\":\"llo\"},\"finish_reason\":\"stop\""
    )]
    [InlineData(
        "an empty message at the end",
        5,
        "Hello",
        "\"delta\":{\"content\":\"Hello\"}",
        "\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":\"stop\""
    )]
    [InlineData(
        "a whole one behind the end",
        6,
        "Hello!",
        "\"delta\":{\"content\":\"Hello\"},\"finish_reason\":\"stop\"",
        "\"message\":{\"content\":\"Hello!\"}"
    )]
    [InlineData(
        "a whole one beside the last delta",
        6,
        "Hello!",
        "\"delta\":{\"content\":\"He\"}",
        "\"delta\":{\"content\":\"llo!\"},\"message\":{\"content\":\"Hello!\"},\"finish_reason\":\"stop\""
    )]
    [InlineData(
        "a whole one before the last delta",
        6,
        "Hello!",
        "\"delta\":{\"content\":\"He\"}",
        "\"message\":{\"content\":\"Hello!\"},\"delta\":{\"content\":\"llo!\"},\"finish_reason\":\"stop\""
    )]
    public void A_message_beside_deltas_counts_once(string how, int bytes, string text, params string[] choices)
    {
        var answer = new AnswerText(1_000);
        var counted = new AnswerText(0);
        foreach (var choice in choices)
        foreach (var follower in new[] { answer, counted })
            follower
                .TryAdd(Encoding.UTF8.GetBytes($"{{\"id\":\"x\",\"choices\":[{{\"index\":0,{choice}}}]}}"))
                .ShouldBeTrue(how);
        (answer.TextBytes, counted.TextBytes).ShouldBe((bytes, bytes), how);
        Encoding
            .UTF8.GetString(answer.ToStored()!.Completion.Span)
            .ShouldContain($"\"content\":\"{text}\"", Case.Sensitive, how);
    }

    [Fact]
    public void A_thought_told_in_parts_of_its_own_chunks_counts_once()
    {
        var answer = new AnswerText(1_000);
        foreach (
            var delta in new[]
            {
                "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Hm. \"}]",
                "\"reasoning\":\"Hm. \"",
                "\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Well.\"}],\"reasoning\":\"Well.\"",
            }
        )
            answer
                .TryAdd(Encoding.UTF8.GetBytes($"{{\"choices\":[{{\"index\":0,\"delta\":{{{delta}}}}}]}}"))
                .ShouldBeTrue();
        answer.TextBytes.ShouldBe(9);
    }

    [Fact]
    public void Text_among_blocks_is_kept_as_a_block()
    {
        var answer = new AnswerText(10_000);
        foreach (
            var content in new[]
            {
                "\"\"",
                "\"Let \"",
                "\"me.\"",
                "[{\"type\":\"thinking\",\"thinking\":\"Hm\"}]",
                "\"o\"",
                "\"k\"",
                "[]",
                "\"!\"",
                "[{\"type\":\"text\",\"text\":\"B\"}]",
            }
        )
            answer
                .TryAdd(
                    Encoding.UTF8.GetBytes($"{{\"choices\":[{{\"index\":0,\"delta\":{{\"content\":{content}}}}}]}}")
                )
                .ShouldBeTrue();
        Encoding
            .UTF8.GetString(answer.ToStored()!.Completion.Span)
            .ShouldContain(
                "\"content\":[{\"type\":\"text\",\"text\":\"Let me.\"},{\"type\":\"thinking\",\"thinking\":\"Hm\"},{\"type\":\"text\",\"text\":\"ok!\"},{\"type\":\"text\",\"text\":\"B\"}]"
            );
    }
}
