using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Tests.Llm;

/// <summary>
/// Chunks that differ from the one before in their text alone are not read: what is counted and kept of them is the
/// same.
/// </summary>
public sealed class PlainDeltaTests
{
    private const string Head = "\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\"";

    private static readonly string[] Texts =
    [
        "",
        " token",
        "汉字",
        "\\n",
        "\\\"quoted\\\"",
        "\\u4e2d",
        "\\ud83d\\ude00",
        "}],\\\"usage\\\":{",
        "a\\\\",
        new('x', 5_000),
    ];

    /// <summary>
    /// In the order of their use: a frame, in which T is the text and N a number that is never the same.
    /// </summary>
    private static readonly string[] Frames =
    [
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"T\"}},\"finish_reason\":null}}]}}",
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"role\":\"assistant\",\"content\":\"T\",\"refusal\":null}},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null,\"obfuscation\":\"N\"}}",
        $"{{\"obfuscation\":\"N\",\"choices\":[{{\"delta\":{{\"content\":\"T\"}}}}],{Head}}}",
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"role\":{{\"content\":\"T\"}},\"content\":\"T\"}}}}]}}",
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"c\\u006fntent\":\"T\"}}}}]}}",
        $"{{{Head},\"choices\":[{{\"index\":1,\"delta\":{{\"content\":\"T\"}}}}]}}",
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"T\",\"reasoning_content\":\"T\"}}}}]}}",
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"T\"}}}},{{\"index\":1,\"delta\":{{\"content\":\"T\"}}}}]}}",
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"T\"}}}}],\"usage\":{{\"prompt_tokens\":3,\"completion_tokens\":9}}}}",
        $"{{{Head},\"choices\":[{{\"index\":0,\"delta\":{{\"tool_calls\":[{{\"index\":0,\"id\":\"a\",\"function\":{{\"name\":\"f\",\"arguments\":\"T\"}}}}]}}}}]}}",
    ];

    [Fact]
    public void Whatever_comes_in_whatever_order_counts_and_is_kept_as_if_each_chunk_were_read()
    {
        var steps = Gen.Choose(0, Frames.Length - 1)
            .Zip(Gen.Choose(0, Texts.Length - 1))
            .Zip(Gen.Choose(1, 6))
            .ArrayOf(12);
        Prop.ForAll(steps.ToArbitrary(), given =>
            {
                var chunks = given
                    .SelectMany(g =>
                        Enumerable.Repeat(
                            Frames[g.Item1.Item1].Replace("T", Texts[g.Item1.Item2], StringComparison.Ordinal),
                            g.Item2
                        )
                    )
                    .Select((c, i) => c.Replace("N", $"{i}", StringComparison.Ordinal))
                    .ToList();
                var (quick, slow) = (new AnswerText(1 << 20), new AnswerText(1 << 20));
                for (var i = 0; i < chunks.Count; i++)
                {
                    quick.TryAdd(Encoding.UTF8.GetBytes(chunks[i])).ShouldBeTrue();
                    // A blank that stands elsewhere each time is no usual chunk.
                    slow.TryAdd(Encoding.UTF8.GetBytes(new string(' ', 1 + (i % 7)) + chunks[i])).ShouldBeTrue();
                }
                (quick.TextBytes, quick.Told, quick.IsCounted, quick.Finished).ShouldBe(
                    (slow.TextBytes, slow.Told, slow.IsCounted, slow.Finished)
                );
                Stored(quick).ShouldBe(Stored(slow));
            })
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("a\nb")]
    [InlineData("a\\qb")]
    [InlineData("a\\u12g4")]
    [InlineData("a\"b")]
    [InlineData("a\\")]
    public void A_text_that_is_none_makes_the_chunk_unreadable_behind_usual_ones_too(string text)
    {
        var answer = new AnswerText(1 << 20);
        for (var i = 0; i < 4; i++)
            answer.TryAdd(Chunk("fine")).ShouldBeTrue();
        answer.TryAdd(Chunk(text)).ShouldBeFalse();
    }

    [Fact]
    public void What_ends_the_choice_or_says_it_all_again_is_read()
    {
        var answer = new AnswerText(1 << 20);
        for (var i = 0; i < 5; i++)
            answer.TryAdd(Chunk("ab")).ShouldBeTrue();
        answer
            .TryAdd(
                Encoding.UTF8.GetBytes(
                    $"{{{Head},\"choices\":[{{\"index\":0,\"message\":{{\"content\":\"ababababab!\"}},\"finish_reason\":\"stop\"}}]}}"
                )
            )
            .ShouldBeTrue();
        (answer.TextBytes, answer.Finished).ShouldBe((11, true));
        Stored(answer).ShouldContain("\"content\":\"ababababab!\"");
    }

    private static byte[] Chunk(string text) =>
        Encoding.UTF8.GetBytes(Frames[0].Replace("T", text, StringComparison.Ordinal));

    private static string Stored(AnswerText answer) =>
        JsonNode.Parse(answer.ToStored()!.Completion.Span)!["choices"]!.ToJsonString();
}
