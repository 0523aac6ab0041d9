using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Writes server-sent events as they come. What is ready at once shares a flush; what has to be waited for is flushed
/// first; a slow reader holds the source back.
/// </summary>
internal sealed class EventStream(HttpResponse response, int maxUnflushedBytes)
{
    private readonly PipeWriter writer = response.BodyWriter;

    /// <summary>From here on the status is 200.</summary>
    public void Begin()
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        // nginx and its like would otherwise collect the events.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        var length = data.Length + 8;
        var target = writer.GetSpan(length);
        "data: "u8.CopyTo(target);
        data.CopyTo(target[6..]);
        "\n\n"u8.CopyTo(target[(6 + data.Length)..]);
        writer.Advance(length);
    }

    /// <summary>An event with a type.</summary>
    public void Write(ReadOnlySpan<byte> data, ReadOnlySpan<byte> type)
    {
        var target = writer.GetSpan(type.Length + 8);
        "event: "u8.CopyTo(target);
        type.CopyTo(target[7..]);
        target[7 + type.Length] = (byte)'\n';
        writer.Advance(type.Length + 8);
        Write(data);
    }

    /// <summary>Moves to the next part, flushing where it has to be waited for.</summary>
    public async ValueTask<bool> AdvanceAsync<T>(IAsyncEnumerator<T> parts)
    {
        var next = parts.MoveNextAsync();
        if (next.IsCompleted && writer.UnflushedBytes < maxUnflushedBytes) return await next;
        try
        {
            // Without a token: when the client goes the flush ends by itself, and the pending part must be awaited.
            if (writer.UnflushedBytes > 0) await writer.FlushAsync(CancellationToken.None);
        }
        catch
        {
            await Ignoring(next);
            throw;
        }
        return await next;
    }

    /// <summary>Everything to the client.</summary>
    public async Task FlushAsync() => await writer.FlushAsync(CancellationToken.None);

    private static async Task Ignoring(ValueTask<bool> pending)
    {
        try
        {
            await pending;
        }
        catch (Exception)
        {
            // What broke the stream is already on its way up.
        }
    }
}
