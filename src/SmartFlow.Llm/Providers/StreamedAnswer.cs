using System.Runtime.CompilerServices;

namespace SmartFlow.Llm.Providers;

/// <summary>An answer that arrives as server-sent events.</summary>
internal sealed class StreamedAnswer(HttpResponseMessage response, Stream body, CallClock clock, OpenAiCompatibleOptions options)
    : ProviderAnswer
{
    private readonly SseReader events = new(options.LineLimitBytes);
    private long received;
    private bool finished;

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        clock.Obey(cancellationToken);
        do
        {
            while (events.TryRead(out var data))
            {
                if (IsDone(data)) yield break;
                Inspect(data);
                yield return data;
            }
        }
        while (await FillAsync());
        if (events.TryReadLast(out var last) && !IsDone(last))
        {
            Inspect(last);
            yield return last;
        }
        else if (last.Length > 0) yield break;
        if (!finished) throw Failures.Cut();
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
            events.Advance(length);
            received += length;
            return received <= options.AnswerLimitBytes ? length > 0 : throw Failures.Malformed("an answer beyond the size limit");
        }
        catch (Exception e)
        {
            throw clock.Classify(e, answering: true);
        }
    }

    private void Inspect(ReadOnlyMemory<byte> data)
    {
        if (ErrorObjects.Is(data.Span)) throw Failures.FromErrorObject(data.Span);
        if (!LooksWhole(data.Span)) throw Failures.Malformed("an event that is not a JSON object");
        finished = finished || EndsChoice(data.Span);
    }

    private static bool IsDone(ReadOnlyMemory<byte> data) => data.Span.Trim(" \t"u8).SequenceEqual("[DONE]"u8);

    /// <summary>A look at the braces; whoever reads the chunk finds what is wrong between them.</summary>
    private static bool LooksWhole(ReadOnlySpan<byte> data)
    {
        var text = data.Trim(" \t\r\n"u8);
        return text.Length >= 2 && text[0] == '{' && text[^1] == '}';
    }

    /// <summary>A finish_reason that is a text; inside a text of the model the quotes would be escaped.</summary>
    private static bool EndsChoice(ReadOnlySpan<byte> chunk)
    {
        while (true)
        {
            var at = chunk.IndexOf("\"finish_reason\""u8);
            if (at < 0) return false;
            chunk = chunk[(at + 15)..].TrimStart(" \t\r\n:"u8);
            if (chunk.Length > 0 && chunk[0] == '"') return true;
        }
    }
}
