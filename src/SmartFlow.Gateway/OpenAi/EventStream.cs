using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Writes server-sent events as they come. What is ready at once shares a flush; what has to be waited for is flushed
/// first; a slow reader holds the source back. While nothing comes a comment line is written every now and then, and
/// the headers before the first one, so that neither the client nor what stands between takes the connection for dead.
/// </summary>
internal sealed class EventStream(HttpResponse response, GatewayOptions options, TimeProvider time) : IDisposable
{
    /// <summary>A provider that has begun may still fail at once; so long a refusal keeps its own status.</summary>
    private static readonly TimeSpan BeginsAfter = TimeSpan.FromMilliseconds(250);
    private readonly PipeWriter writer = response.BodyWriter;
    private readonly Lock turn = new();
    private ITimer? timer;
    private Task? lifeSign;
    private bool waiting;
    private bool spoke = true;

    /// <summary>The status is 200 and on its way.</summary>
    public bool Begun { get; private set; }

    /// <summary>A sign in every second period of quiet: no longer apart than the setting.</summary>
    private TimeSpan Period => TimeSpan.FromSeconds(options.LifeSignSeconds) / 2;

    /// <summary>From here on the status is 200. Once is enough.</summary>
    public void Begin()
    {
        if (Begun)
            return;
        Begun = true;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        // nginx and its like would otherwise collect the events.
        response.Headers["X-Accel-Buffering"] = "no";
    }

    /// <summary>Begins with a comment line unless something comes, or fails, at once.</summary>
    public void BeginSoon()
    {
        lock (turn)
            spoke = false;
        timer?.Change(BeginsAfter, Period);
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
        if (next.IsCompleted && writer.UnflushedBytes < options.MaxUnflushedBytes)
            return await next;
        try
        {
            // Without a token: when the client goes the flush ends by itself, and the pending part must be awaited.
            if (writer.UnflushedBytes > 0)
                await writer.FlushAsync(CancellationToken.None);
        }
        catch
        {
            await Ignoring(next);
            throw;
        }
        if (next.IsCompleted)
            return await next;
        Rest();
        try
        {
            return await next;
        }
        finally
        {
            if (TakeTurn() is { IsCompletedSuccessfully: false } writing)
                await writing;
        }
    }

    /// <summary>Everything to the client.</summary>
    public async Task FlushAsync() => await writer.FlushAsync(CancellationToken.None);

    public void Dispose() => timer?.Dispose();

    /// <summary>The timer may write until the next part has come.</summary>
    private void Rest()
    {
        lock (turn)
            waiting = true;
        if (timer is null && options.LifeSignSeconds > 0)
            timer = time.CreateTimer(static stream => ((EventStream)stream!).SignOfLife(), this, Period, Period);
    }

    /// <summary>The timer may no longer write; what it is writing has to be awaited.</summary>
    private Task? TakeTurn()
    {
        lock (turn)
        {
            (waiting, spoke) = (false, true);
            return lifeSign;
        }
    }

    private void SignOfLife()
    {
        lock (turn)
        {
            var quiet = waiting && !spoke && lifeSign is not { IsCompleted: false };
            spoke = false;
            if (quiet)
                lifeSign = CommentAsync();
        }
    }

    private async Task CommentAsync()
    {
        Begin();
        ": waiting\n\n"u8.CopyTo(writer.GetSpan(11));
        writer.Advance(11);
        await writer.FlushAsync(CancellationToken.None);
    }

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
