using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

public class SseReaderTests
{
    [Theory]
    [InlineData("data: a\n\ndata: b\n\n", "a|b")]
    [InlineData("data:a\r\n\r\ndata:b\r\n\r\n", "a|b")]
    [InlineData("data: a\r\rdata: b\r\r", "a|b")]
    [InlineData(": hello\n\ndata: a\n: more\nid: 7\nevent: x\n\n", "a")]
    [InlineData("data: a\ndata: b\ndata: c\n\n", "a\nb\nc")]
    [InlineData("data: a\n\ndata: b", "a|b")]
    [InlineData("data:  a\n\n", " a")]
    [InlineData("\n\n\ndata: a\n\n\n\n", "a")]
    [InlineData("data:\n\ndata: a\n\n", "a")]
    [InlineData("data: a\n\n{\"error\":1}\n", "a|{\"error\":1}")]
    [InlineData("event: x\n\nretry: 10\n\n", "")]
    public void Events_are_found_however_their_bytes_arrive(string stream, string expected)
    {
        for (var size = 1; size <= stream.Length; size++)
            Read(stream, size).ShouldBe(expected);
    }

    [Fact]
    public void Long_streams_are_read_in_any_pieces()
    {
        var texts = Gen.Choose(0, 40_000).Select(n => new string('x', n) + "end").ListOf();
        Prop.ForAll(texts.ToArbitrary(), Gen.Choose(1, 50_000).ToArbitrary(), (all, size) =>
                Read(string.Concat(all.Select(t => $"data: {t}\n\n")), size) == string.Join('|', all)
            )
            .Check(Config.QuickThrowOnFailure);
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData("")]
    [InlineData(": ")]
    public void An_event_beyond_the_limit_is_refused(string start)
    {
        var failure = Should.Throw<ProviderException>(() => Read(start + new string('x', 200_000), 4_096));
        failure.Kind.ShouldBe(FailureKind.Malformed);
        Should.Throw<ProviderException>(() =>
            Read(string.Concat(Enumerable.Repeat("data: 0123456789\n", 20_000)), 4_096)
        );
    }

    private static string Read(string stream, int size)
    {
        using var events = new SseReader(100_000);
        var bytes = Encoding.UTF8.GetBytes(stream);
        var found = new List<string>();
        for (var at = 0; at < bytes.Length; )
        {
            var space = events.Space();
            var length = Math.Min(Math.Min(size, space.Length), bytes.Length - at);
            bytes.AsMemory(at, length).CopyTo(space);
            events.Advance(length);
            at += length;
            while (events.TryRead(out var data))
                found.Add(Encoding.UTF8.GetString(data.Span));
        }
        if (events.TryReadLast(out var last))
            found.Add(Encoding.UTF8.GetString(last.Span));
        return string.Join('|', found);
    }
}
