using System.Buffers;
using System.Runtime.CompilerServices;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// An answer that arrives as one JSON body. Where a stream was asked for (some servers answer so all the same) it is
/// handed on as chunks.
/// </summary>
internal sealed class PlainAnswer(
    HttpResponseMessage response,
    Stream body,
    CallClock clock,
    OpenAiCompatibleOptions options,
    IAnswerFormat format,
    bool asStream
) : ProviderAnswer
{
    private const int FirstBufferBytes = 16 * 1024;
    private byte[] buffer = [];
    private int length;

    public override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        clock.Obey(cancellationToken);
        await FillAsync();
        var whole = buffer.AsMemory(0, length);
        if (ErrorObjects.Is(whole.Span))
            throw Failures.FromErrorObject(whole.Span);
        if (!format.TryComplete(whole, out var completion))
            throw Failures.Malformed("a success without a readable completion");
        if (!asStream)
        {
            yield return completion;
            yield break;
        }
        foreach (var chunk in new StoredAnswer(completion).ToChunks(includeUsage: true))
            yield return chunk;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        clock.Dispose();
        await body.DisposeAsync();
        response.Dispose();
        if (buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private async Task FillAsync()
    {
        try
        {
            // A plain answer is generated before it is sent: only the total applies.
            clock.Expect("whole answer", options.TotalTimeoutSeconds);
            var announced = response.Content.Headers.ContentLength;
            if (announced > options.AnswerLimitBytes)
                throw TooLarge();
            buffer = ArrayPool<byte>.Shared.Rent((int)(announced + 1 ?? FirstBufferBytes));
            while (true)
            {
                if (length == buffer.Length)
                    Grow();
                var read = await body.ReadAsync(buffer.AsMemory(length), clock.Token);
                if (read == 0)
                    return;
                length += read;
                if (length > options.AnswerLimitBytes)
                    throw TooLarge();
            }
        }
        catch (Exception e)
        {
            throw clock.Classify(e, answering: true);
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private static ProviderException TooLarge() => Failures.Malformed("an answer beyond the size limit");
}
