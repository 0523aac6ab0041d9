using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Llm.Calls;

/// <summary>Calls whose caller has gone: the provider is read on for its final usage, within bounds, else the part is estimated.</summary>
internal sealed partial class Abandoned(Ending ending, LiveCalls live, IOptions<LlmOptions> options, TimeProvider time, ILogger<Abandoned> logger)
    : IHostedService
{
    private readonly ConcurrentDictionary<long, Task> running = new();

    /// <summary>Takes the rest of the answer over; <paramref name="next"/> is the read under way.</summary>
    public void Take(Call call, IAsyncEnumerator<ReadOnlyMemory<byte>> chunks, Task<bool>? next, CancellationTokenSource stop)
    {
        var seconds = running.Count < options.Value.DrainLimit ? options.Value.DrainSeconds : 0;
        running[call.Row.Id] = Task.Run(() => EndAsync(call, chunks, next, stop, seconds));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Shutdown waits for what is being read on.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(running.Values).WaitAsync(cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);

    private async Task EndAsync(
        Call call, IAsyncEnumerator<ReadOnlyMemory<byte>> chunks, Task<bool>? next, CancellationTokenSource stop, int seconds)
    {
        try
        {
            using var timer = time.CreateTimer(_ => stop.Cancel(), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
            await ReadOnAsync(call, chunks, next);
            await ending.CompleteAsync(call, Outcomes.ClientGone);
        }
        catch (Exception e)
        {
            // The journal still says "sent": the recovery settles it.
            Log.NotEnded(logger, e, call.Row.EventId);
        }
        finally
        {
            live.Remove(call);
            running.TryRemove(call.Row.Id, out _);
            stop.Dispose();
        }
    }

    private async Task ReadOnAsync(Call call, IAsyncEnumerator<ReadOnlyMemory<byte>> chunks, Task<bool>? next)
    {
        try
        {
            await using (chunks)
                while (await (next ?? chunks.MoveNextAsync().AsTask()))
                {
                    next = null;
                    call.Answer.TryAdd(chunks.Current.Span);
                    if (call.Watch?.IsPassed() == true) return;
                }
        }
        catch (Exception e) when (e is ProviderException or OperationCanceledException)
        {
            Log.Partial(logger, call.Row.EventId, e.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The abandoned call {EventId} could not be ended; the recovery will settle it")]
        public static partial void NotEnded(ILogger logger, Exception e, string eventId);

        [LoggerMessage(2, LogLevel.Information, "The abandoned call {EventId} is estimated: {Reason}")]
        public static partial void Partial(ILogger logger, string eventId, string reason);
    }
}

/// <summary>The calls that this process runs; their holds are renewed.</summary>
internal sealed class LiveCalls
{
    private readonly ConcurrentDictionary<long, Call> calls = new();

    public void Add(Call call) => calls[call.Row.Id] = call;

    public void Remove(Call call) => calls.TryRemove(call.Row.Id, out _);

    public IReadOnlyCollection<Call> All => [.. calls.Values];
}
