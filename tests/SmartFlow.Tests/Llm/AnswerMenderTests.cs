using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Llm.Mending;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

/// <summary>What is right stays byte for byte, and what is found right at a glance is right at a second look.</summary>
public class AnswerMenderTests
{
    [Fact]
    public void Every_dialect_that_we_know_passes_byte_for_byte_but_for_what_clients_cannot_read()
    {
        foreach (
            var file in Directory
                .GetFiles(Fixtures.Folder("providers"), "openai*.json")
                .Where(f => !f.EndsWith(".expected.json", StringComparison.Ordinal))
        )
        {
            ReadOnlyMemory<byte> body = File.ReadAllBytes(file);
            AnswerMender.TryComplete(body, TimeProvider.System, out var completion).ShouldBeTrue();
            completion.Equals(body).ShouldBeTrue(file);
        }
        var events = new ChatFormat(TimeProvider.System).Events(1);
        foreach (var line in File.ReadAllLines(Path.Combine(Fixtures.Folder("providers"), "openai-last-chunk.sse")))
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
                continue;
            ReadOnlyMemory<byte> chunk = Encoding.UTF8.GetBytes(line[6..]);
            events.Chunk(chunk, 0).Equals(chunk).ShouldBeTrue(line);
            events.Chunk(chunk, 1).IsEmpty.ShouldBeTrue();
        }
    }

    [Fact]
    public void A_chunk_that_is_passed_at_a_glance_would_be_passed_at_a_second_look()
    {
        // Pieces of text, escapes, halves of characters and of JSON, between the quotes of a chunk that was right
        // before.
        var piece = Gen.Elements(
            "a",
            " 四",
            "😀",
            "\\n",
            "\\\"",
            "\\\\",
            "\\",
            "\"",
            "\\ud83d",
            "\\ude00",
            "\\u00e9",
            "\",\"tool_calls\":7,\"x\":\"",
            "\u0001",
            "}"
        );
        Prop.ForAll(piece.ListOf().ListOf().ToArbitrary(), texts =>
            {
                var usual = new UsualChunk();
                var mender = AnswerMender.OfStream(TimeProvider.System);
                foreach (var text in texts.Prepend([]))
                {
                    ReadOnlyMemory<byte> chunk = Encoding.UTF8.GetBytes(
                        "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\""
                            + string.Concat(text)
                            + "\"},\"finish_reason\":null}],\"obfuscation\":\""
                            + string.Concat(Enumerable.Reverse(text))
                            + "\"}"
                    );
                    var atGlance = usual.Is(chunk.Span);
                    var readable = mender.TryMend(chunk, out var mended);
                    // A control character is found by whoever reads the chunk, passed or not.
                    if (atGlance && readable && !mended.Equals(chunk))
                        return false;
                    if (mender.FreeTexts.Count > 0)
                        usual.Learn(chunk.Span, mender.FreeTexts);
                }
                return true;
            })
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void Ordinary_text_is_passed_at_a_glance()
    {
        var usual = new UsualChunk();
        var mender = AnswerMender.OfStream(TimeProvider.System);
        foreach (var member in new[] { "content", "reasoning_content" })
        {
            var glances = 0;
            foreach (var text in new[] { "Hello", " there,", "\\n\\\"四\\\"\\\\", "", "what follows" })
            {
                var chunk = Encoding.UTF8.GetBytes(
                    $$$"""{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"{{{member}}}":"{{{text}}}"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"{{{text.Length}}}"}"""
                );
                if (usual.Is(chunk))
                    glances++;
                else if (mender.TryMend(chunk, out _) && mender.FreeTexts.Count > 0)
                    usual.Learn(chunk, mender.FreeTexts);
            }
            // The first chunk of all gets its role.
            glances.ShouldBe(member == "content" ? 3 : 4);
        }
    }

    [Theory]
    [InlineData("""{"a":1,"b":2,"c":3}""", "a", """{"b":2,"c":3}""")]
    [InlineData("""{"a":1 , "b":2,"c":3}""", "b", """{"a":1 , "c":3}""")]
    [InlineData("""{"a":1,"b":2 ,"c":3 }""", "c", """{"a":1,"b":2  }""")]
    [InlineData("""{"a":1,"b":2,"c":3}""", "abc", "{}")]
    [InlineData("""{"a":1,"b":2,"c":3}""", "bc", """{"a":1}""")]
    [InlineData("""{"a":1,"b":2,"c":3}""", "ab", """{"c":3}""")]
    [InlineData("""{ "a":1 }""", "a", "{  }")]
    public void Members_go_with_their_commas(string json, string gone, string left)
    {
        foreach (var more in new[] { false, true })
        {
            var edits = new JsonEdits();
            edits.Begin(Encoding.UTF8.GetBytes(json));
            foreach (var name in gone)
            {
                var at = json.IndexOf($"\"{name}\"", StringComparison.Ordinal);
                edits.Remove(new Place(at, at + 5));
            }
            if (more)
                edits.InsertMember(1, "\"m\":0"u8);
            var text = Encoding.UTF8.GetString(edits.End().Span);
            if (!more)
                text.ShouldBe(left);
            JsonNode
                .DeepEquals(
                    JsonNode.Parse(text),
                    JsonNode.Parse(
                        more
                            ? left.Trim('{', '}', ' ').Length == 0
                                ? "{\"m\":0}"
                                : left.Insert(1, "\"m\":0,")
                            : left
                    )
                )
                .ShouldBeTrue(text);
        }
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("""{"a":{"b":1,"b":2,"b":[{"c":1,"c":2}]},"a":{"b":1,"b":7}}""", """{"a":{"b":7}}""")]
    [InlineData("""[{"a":1}]""", null)]
    [InlineData("""{"a":1} x""", null)]
    [InlineData("""{"a":1""", null)]
    [InlineData("", null)]
    [InlineData(
        """{"a":NaN,"b":[-Infinity,Infinity],"c":"NaN \"Infinity\""}""",
        """{"a":null,"b":[null,null],"c":"NaN \"Infinity\""}"""
    )]
    [InlineData("""{"a":NotANumber}""", null)]
    [InlineData("""{"usage":{"a":1,"a":0}}""", """{"usage":{"a":1,"a":0}}""")]
    public void What_readers_of_json_do_not_agree_on_is_read_as_clients_do(string json, string? read)
    {
        new ReadableJson().TryRead(Encoding.UTF8.GetBytes(json), out var readable).ShouldBe(read is not null);
        if (read is not null)
            Encoding.UTF8.GetString(readable.Span).ShouldBe(read);
    }

    [Fact]
    public void Bytes_that_are_no_characters_and_what_is_too_deep_leave_the_rest_readable()
    {
        byte[] odd =
        [
            .. "{\"a\":\""u8,
            0xC3,
            0x28,
            .. "\",\"b\":"u8,
            .. Enumerable.Repeat((byte)'[', 5_000),
            .. Enumerable.Repeat((byte)']', 5_000),
            .. ",\"c\":1}"u8,
        ];
        new ReadableJson().TryRead(odd, out var readable).ShouldBeTrue();
        var read = JsonNode.Parse(readable.Span)!;
        (read["a"]!.GetValue<string>(), read["c"]!.GetValue<int>()).ShouldBe(("\ufffd(", 1));
    }
}
