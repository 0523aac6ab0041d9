using System.Runtime.CompilerServices;

namespace SmartFlow.Llm.Providers;

/// <summary>An answer that arrives as server-sent events.</summary>
internal sealed class StreamedAnswer(
    HttpResponseMessage response,
    Stream body,
    CallClock clock,
    OpenAiCompatibleOptions options,
    IEventFormat format
) : ProviderAnswer
{
    /// <summary>
    /// For what may follow the end of every choice: the usage, and when that is told only the mark of the end.
    /// </summary>
    private static readonly TimeSpan UsageWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan EndWait = TimeSpan.FromMilliseconds(250);
    private readonly SseReader events = new(options.LineLimitBytes);
    private long received;
    private bool broken;

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        clock.Obey(cancellationToken);
        do
        {
            while (events.TryRead(out var data))
            {
                // Whatever stands behind an answer that is whole does not make it less.
                if (format.IsEnd(data.Span) || (format.UsageTold && format.Finished && !IsSound(data.Span)))
                    yield break;
                Inspect(data.Span);
                for (var nth = 0; format.Chunk(data, nth) is { Length: > 0 } chunk; nth++)
                    yield return chunk;
            }
        } while (await FillAsync());
        if (!broken && events.TryReadLast(out var last))
        {
            if (format.IsEnd(last.Span) || (format.Finished && !IsSound(last.Span)))
                yield break;
            Inspect(last.Span);
            for (var nth = 0; format.Chunk(last, nth) is { Length: > 0 } chunk; nth++)
                yield return chunk;
        }
        if (!format.Finished)
            throw Failures.Cut();
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
            if (format.Finished)
                clock.Expect("end of the stream", format.UsageTold ? EndWait : UsageWait);
            else if (received > 0)
                clock.Expect("next piece of the stream", options.IdleTimeoutSeconds);
            var length = await body.ReadAsync(events.Space(), clock.Token);
            clock.Rest();
            events.Advance(length);
            received += length;
            return received <= options.AnswerLimitBytes
                ? length > 0
                : throw Failures.Malformed("an answer beyond the size limit");
        }
        catch (Exception e)
        {
            var failure = clock.Classify(e, answering: true);
            // Every choice has ended: a connection that breaks or goes silent now takes nothing away.
            if (!format.Finished || failure is not ProviderException { Kind: FailureKind.Cut or FailureKind.TimedOut })
                throw failure;
            broken = true;
            return false;
        }
    }

    private static bool IsSound(ReadOnlySpan<byte> data) => !ErrorObjects.Is(data) && LooksWhole(data);

    private static void Inspect(ReadOnlySpan<byte> data)
    {
        if (ErrorObjects.Is(data))
            throw Failures.FromErrorObject(data);
        if (!LooksWhole(data))
            throw Failures.Malformed("an event that is not a JSON object");
    }

    /// <summary>A look at the braces; whoever reads the chunk finds what is wrong between them.</summary>
    private static bool LooksWhole(ReadOnlySpan<byte> data)
    {
        var text = data.Trim(" \t\r\n"u8);
        return text.Length >= 2 && text[0] == '{' && text[^1] == '}';
    }
}
