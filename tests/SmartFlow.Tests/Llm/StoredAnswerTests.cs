using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Tests.Llm;

public class StoredAnswerTests
{
    [Fact]
    public void A_replay_says_the_same_text_in_either_form()
    {
        // The pieces hold quotes, backslashes, control characters, 四, é and halves of nothing: whatever a model says.
        var piece = Gen.Elements(
            "a",
            " b",
            "四",
            "é",
            "\"",
            "\\",
            "\n",
            "\u0001",
            "😀",
            "\\u0041",
            "",
            "</script>",
            "\u2028"
        );
        var choices = Gen.Choose(0, 2).SelectMany(index => piece.Select(text => (index, text))).ListOf();
        Prop.ForAll(choices.ToArbitrary(), deltas =>
            {
                var said = new string[3];
                var answer = new AnswerText(1_000_000);
                for (var i = 0; i < 3; i++)
                    answer.TryAdd(Chunk(i, "", null, i % 2 == 0)).ShouldBeTrue();
                foreach (var (index, text) in deltas)
                {
                    said[index] += text;
                    answer.TryAdd(Chunk(index, text, null, escaped: text.Length % 2 == 0)).ShouldBeTrue();
                }
                for (var i = 0; i < 3; i++)
                    answer.TryAdd(Chunk(i, null, "stop", false)).ShouldBeTrue();

                var stored = answer.ToStored()!;
                Texts(stored).ShouldBe(said.Select(s => s ?? ""));
                var again = new AnswerText(1_000_000);
                foreach (var chunk in stored.ToChunks())
                    again.TryAdd(chunk.Span).ShouldBeTrue();
                Texts(again.ToStored()!).ShouldBe(said.Select(s => s ?? ""));
                answer.TextBytes.ShouldBe(said.Sum(s => Encoding.UTF8.GetByteCount(s ?? "")));
                return again.TextBytes == answer.TextBytes && again.Finished;
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [InlineData("四")]
    [InlineData("😀")]
    [InlineData("\"\\")]
    public void A_long_text_is_cut_into_pieces_between_characters(string unit)
    {
        var text = "x" + string.Concat(Enumerable.Repeat(unit, 5_000));
        foreach (var escaped in new[] { true, false })
        {
            var answer = new AnswerText(1_000_000);
            answer.TryAdd(Chunk(0, text, "stop", escaped)).ShouldBeTrue();
            var chunks = answer.ToStored()!.ToChunks().ToList();
            chunks.Count.ShouldBeGreaterThan(3);
            string.Concat(
                    chunks.Select(c => JsonNode.Parse(c.Span)!["choices"]![0]!["delta"]!["content"]?.GetValue<string>())
                )
                .ShouldBe(text);
        }
    }

    [Fact]
    public void Log_probabilities_and_unknown_members_are_kept()
    {
        var answer = new AnswerText(1_000_000);
        Add(
            answer,
            """{"id":"c","created":1,"model":"m","citations":["u"],"choices":[{"index":0,"delta":{"content":"a","annotations":[{"n":1}]},"logprobs":{"content":[{"token":"a","logprob":-0.5}]},"finish_reason":null}]}"""
        );
        Add(
            answer,
            """{"id":"c","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"b","annotations":[ {"n":2} ]},"logprobs":{"content":[{"token":"b","logprob":-0.1}]},"finish_reason":"stop"}]}"""
        );
        var again = new AnswerText(1_000_000);
        foreach (var chunk in answer.ToStored()!.ToChunks())
            again.TryAdd(chunk.Span).ShouldBeTrue();
        foreach (var stored in new[] { answer.ToStored()!, again.ToStored()! })
        {
            var body = JsonNode.Parse(stored.Completion.Span)!;
            body["citations"]![0]!.GetValue<string>().ShouldBe("u");
            body["choices"]![0]!["logprobs"]!["content"]!.AsArray().Count.ShouldBe(2);
            body["choices"]![0]!["message"]!["annotations"]!.AsArray().Count.ShouldBe(2);
            body["object"]!.GetValue<string>().ShouldBe("chat.completion");
        }
    }

    [Fact]
    public void What_is_too_long_to_keep_is_counted_all_the_same()
    {
        var answer = new AnswerText(100);
        for (var i = 0; i < 100; i++)
            answer.TryAdd(Chunk(0, "0123456789", null, false)).ShouldBeTrue();
        answer.TryAdd(Chunk(0, null, "stop", false)).ShouldBeTrue();
        answer.TextBytes.ShouldBe(1_000);
        answer.Overflowed.ShouldBeTrue();
        answer.Finished.ShouldBeTrue();
        answer.ToStored().ShouldBeNull();
    }

    [Fact]
    public void Half_an_answer_is_not_finished_and_an_error_in_it_ends_nothing()
    {
        var answer = new AnswerText(100);
        answer.TryAdd(Chunk(0, "a", null, false)).ShouldBeTrue();
        answer.Finished.ShouldBeFalse();
        answer.Empty.ShouldBeFalse();
        answer.TryAdd("{\"error\":{\"message\":\"no\"}}"u8).ShouldBeTrue();
        answer.Finished.ShouldBeFalse();
        answer.TryAdd("{\"choices\":[{\"index\":0,\"del"u8).ShouldBeFalse();
    }

    [Fact]
    public void The_usage_chunk_carries_the_call_and_its_cost()
    {
        var chunk = UsageChunk.Write("\"id\":\"c\""u8, default, new TokenUsage(1, 2, 3, 0, 4), "key\"1", 42);
        var body = JsonNode.Parse(chunk)!;
        body["usage"]!["prompt_tokens"]!.GetValue<long>().ShouldBe(4);
        body["usage"]!["completion_tokens"]!.GetValue<long>().ShouldBe(6);
        body["usage"]!["total_tokens"]!.GetValue<long>().ShouldBe(10);
        body["smartflow"]!["event_id"]!.GetValue<string>().ShouldBe("key\"1");
        body["smartflow"]!["credit_micros"]!.GetValue<long>().ShouldBe(42);
        UsageChunk.IsUsageOnly(chunk).ShouldBeTrue();
        UsageReader.TryRead(chunk, out var usage).ShouldBeTrue();
        usage.ShouldBe(new TokenUsage(1, 2, 3, 0, 4));
    }

    [Theory]
    [InlineData("{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}", true)]
    [InlineData("{\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1},\"choices\":[ ]}", true)]
    [InlineData("{\"choices\":[],\"usage\":null}", false)]
    [InlineData(
        "{\"choices\":[{\"index\":0,\"delta\":{}}],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":1}}",
        false
    )]
    public void A_usage_chunk_is_told_from_others(string chunk, bool usageOnly) =>
        UsageChunk.IsUsageOnly(Encoding.UTF8.GetBytes(chunk)).ShouldBe(usageOnly);

    private static void Add(AnswerText answer, string chunk) =>
        answer.TryAdd(Encoding.UTF8.GetBytes(chunk)).ShouldBeTrue();

    private static IEnumerable<string> Texts(StoredAnswer stored) =>
        JsonNode.Parse(stored.Completion.Span)!["choices"]!
            .AsArray()
            .Select(c => c!["message"]!["content"]!.GetValue<string>());

    private static byte[] Chunk(int index, string? content, string? end, bool escaped)
    {
        var delta = content is null ? [] : new JsonObject { ["content"] = content };
        var chunk = new JsonObject
        {
            ["id"] = "c",
            ["choices"] = new JsonArray(
                new JsonObject
                {
                    ["index"] = index,
                    ["delta"] = delta,
                    ["finish_reason"] = end,
                }
            ),
        };
        var options = escaped
            ? JsonSerializerOptions.Default
            : new JsonSerializerOptions
            {
                Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            };
        return Encoding.UTF8.GetBytes(chunk.ToJsonString(options));
    }
}
