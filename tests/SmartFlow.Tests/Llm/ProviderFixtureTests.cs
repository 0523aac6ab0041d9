using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

/// <summary>Every dialect under tests/fixtures/providers, read as it arrives and after it was stored.</summary>
public class ProviderFixtureTests
{
    public static TheoryData<string> Names() =>
        [
            .. Directory
                .GetFiles(Fixtures.Folder("providers"), "*.expected.json")
                .Select(f => Path.GetFileName(f)[..^".expected.json".Length])
                .Order(),
        ];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_dialect_is_read_right(string name)
    {
        var answer = Read(name);
        var expected = Expected(name);
        answer.Usage.ShouldBe(UsageOf(expected));
        answer.FinishReason.ShouldBe(expected["finish_reason"]!.GetValue<string>());
        answer.Finished.ShouldBeTrue();
        if (expected["text_bytes"] is { } bytes)
            answer.TextBytes.ShouldBe(bytes.GetValue<long>());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_parts_survive_storing_and_streaming_again(string name)
    {
        var expected = Expected(name);
        var stored =
            name.Length > 0 && File.Exists(Path.Combine(Fixtures.Folder("providers"), name + ".json"))
                ? new StoredAnswer(Bytes(name + ".json"))
                : Read(name).ToStored()!;
        AsExpected(stored, expected);
        var again = new AnswerText(1_000_000);
        foreach (var chunk in stored.ToChunks(includeUsage: true))
            again.TryAdd(chunk.Span).ShouldBeTrue();
        AsExpected(again.ToStored()!, expected);
        again.Usage.ShouldBe(UsageOf(expected));
        again.FinishReason.ShouldBe(expected["finish_reason"]!.GetValue<string>());
    }

    private static void AsExpected(StoredAnswer stored, JsonNode expected)
    {
        var message = JsonNode.Parse(stored.Completion.Span)!["choices"]![0]!["message"]!;
        (message["content"]?.GetValue<string>()).ShouldBe(expected["text"]?.GetValue<string>());
        ((message["reasoning_content"] ?? message["reasoning"])?.GetValue<string>()).ShouldBe(
            expected["reasoning"]?.GetValue<string>()
        );
        var calls = message["tool_calls"]
            ?.AsArray()
            .Select(c =>
                new[] { c!["id"], c["function"]!["name"], c["function"]!["arguments"] }
                    .Select(v => v!.GetValue<string>())
                    .ToArray()
            )
            .ToArray();
        calls.ShouldBe(
            expected["tool_calls"]
                ?.AsArray()
                .Select(c => c!.AsArray().Select(v => v!.GetValue<string>()).ToArray())
                .ToArray()
        );
    }

    private static AnswerText Read(string name)
    {
        var answer = new AnswerText(1_000_000);
        if (File.Exists(Path.Combine(Fixtures.Folder("providers"), name + ".json")))
        {
            answer.TryAdd(Bytes(name + ".json")).ShouldBeTrue();
            return answer;
        }
        using var events = new SseReader(1_000_000);
        var bytes = Bytes(name + ".sse");
        for (var at = 0; at < bytes.Length; at += 7)
        {
            var piece = bytes.AsMemory(at, Math.Min(7, bytes.Length - at));
            piece.CopyTo(events.Space());
            events.Advance(piece.Length);
            while (events.TryRead(out var data))
                Add(answer, data);
        }
        if (events.TryReadLast(out var last))
            Add(answer, last);
        return answer;
    }

    private static void Add(AnswerText answer, ReadOnlyMemory<byte> data)
    {
        if (Encoding.UTF8.GetString(data.Span) != "[DONE]")
            answer.TryAdd(data.Span).ShouldBeTrue();
    }

    private static byte[] Bytes(string file) => File.ReadAllBytes(Path.Combine(Fixtures.Folder("providers"), file));

    private static JsonNode Expected(string name) => JsonNode.Parse(Bytes(name + ".expected.json"))!;

    private static TokenUsage? UsageOf(JsonNode expected) =>
        expected["usage"] is { } u
            ? new TokenUsage(
                Count(u, "input"),
                Count(u, "output"),
                Count(u, "cached"),
                Count(u, "cache_write"),
                Count(u, "reasoning")
            )
            : null;

    private static long Count(JsonNode usage, string name) => usage[name]!.GetValue<long>();
}
