using System.Runtime.CompilerServices;

namespace SmartFlow.Llm.Providers;

/// <summary>An answer that arrives as server-sent events.</summary>
internal sealed class StreamedAnswer(HttpResponseMessage response, Stream body, CallClock clock, OpenAiCompatibleOptions options, IEventFormat format)
    : ProviderAnswer
{
    private readonly SseReader events = new(options.LineLimitBytes);
    private long received;

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        clock.Obey(cancellationToken);
        do
        {
            while (events.TryRead(out var data))
            {
                if (format.IsEnd(data.Span)) yield break;
                Inspect(data.Span);
                for (var nth = 0; format.Chunk(data, nth) is { Length: > 0 } chunk; nth++) yield return chunk;
            }
        }
        while (await FillAsync());
        if (events.TryReadLast(out var last))
        {
            if (format.IsEnd(last.Span)) yield break;
            Inspect(last.Span);
            for (var nth = 0; format.Chunk(last, nth) is { Length: > 0 } chunk; nth++) yield return chunk;
        }
        if (!format.Finished) throw Failures.Cut();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        clock.Dispose();
        await body.DisposeAsync();
        response.Dispose();
        events.Dispose();
    }

    private async ValueTask<bool> FillAsync()
    {
        try
        {
            if (received > 0) clock.Expect("next piece of the stream", options.IdleTimeoutSeconds);
            var length = await body.ReadAsync(events.Space(), clock.Token);
            clock.Rest();
            events.Advance(length);
            received += length;
            return received <= options.AnswerLimitBytes ? length > 0 : throw Failures.Malformed("an answer beyond the size limit");
        }
        catch (Exception e)
        {
            throw clock.Classify(e, answering: true);
        }
    }

    private static void Inspect(ReadOnlySpan<byte> data)
    {
        if (ErrorObjects.Is(data)) throw Failures.FromErrorObject(data);
        if (!LooksWhole(data)) throw Failures.Malformed("an event that is not a JSON object");
    }

    /// <summary>A look at the braces; whoever reads the chunk finds what is wrong between them.</summary>
    private static bool LooksWhole(ReadOnlySpan<byte> data)
    {
        var text = data.Trim(" \t\r\n"u8);
        return text.Length >= 2 && text[0] == '{' && text[^1] == '}';
    }
}
