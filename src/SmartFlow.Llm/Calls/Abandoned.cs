using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Calls whose caller has gone: the provider is read on for its final usage, within bounds, else the part is estimated.
/// </summary>
internal sealed partial class Abandoned(
    Ending ending,
    LiveCalls live,
    IMeterFactory meters,
    IOptions<LlmOptions> options,
    TimeProvider time,
    ILogger<Abandoned> logger
) : IHostedService
{
    /// <summary>For ends that a shutdown brings about.</summary>
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private readonly ConcurrentDictionary<long, CancellationTokenSource> running = new();
    private volatile bool stopping;

    /// <summary>Takes the rest of the answer over; <paramref name="next"/> is the read under way.</summary>
    public void Take(
        Call call,
        IAsyncEnumerator<ReadOnlyMemory<byte>> chunks,
        Task<bool>? next,
        CancellationTokenSource stop
    )
    {
        var patience = TimeSpan.FromSeconds(
            !stopping && running.Count < options.Value.DrainLimit ? options.Value.DrainSeconds : 0
        );
        running[call.Row.Id] = stop;
        call.Left();
        _ = Task.Run(() => EndAsync(call, chunks, next, stop, patience));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        meters
            .SmartFlow()
            .CreateObservableGauge(
                "smartflow.calls.draining",
                () => running.Count,
                "{call}",
                "Answers that are read on though their caller has gone."
            );
        return Task.CompletedTask;
    }

    /// <summary>
    /// Shutdown waits for what runs and is read on; when its time is up the rest is broken off, estimated and charged.
    /// What is not written even then is settled at the next start.
    /// </summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        while (live.Any && !cancellationToken.IsCancellationRequested)
            await Task.Delay(Look, time, CancellationToken.None);
        stopping = true;
        var until = time.GetUtcNow() + LastWait;
        while (live.Any && time.GetUtcNow() < until)
        {
            foreach (var stop in running.Values)
                Cancel(stop);
            await Task.Delay(Look, time, CancellationToken.None);
        }
    }

    private static void Cancel(CancellationTokenSource stop)
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended just now.
        }
    }

    private async Task EndAsync(
        Call call,
        IAsyncEnumerator<ReadOnlyMemory<byte>> chunks,
        Task<bool>? next,
        CancellationTokenSource stop,
        TimeSpan patience
    )
    {
        try
        {
            // As long as somebody waits for the answer the provider's own limits are the only ones.
            using var timer = time.CreateTimer(
                _ => call.WhenForNobody(() => Cancel(stop), evenIfAwaited: stopping || patience == TimeSpan.Zero),
                null,
                patience,
                Timeout.InfiniteTimeSpan
            );
            var (whole, failure) = await ReadOnAsync(call, chunks, next);
            if (failure is not null && call.Answer.Empty)
                await ending.FailAsync(call, failure);
            else
                await ending.CompleteAsync(call, whole && call.Waiting > 0 ? Outcomes.Completed : Outcomes.ClientGone);
        }
        catch (RefusedException refusal) when (call.Row.SentAt is null)
        {
            Log.Partial(logger, call.Row.EventId, refusal.Message);
            await ending.UnsentAsync(call);
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

    /// <returns>Whether it came to its proper end, and how the provider failed.</returns>
    private async Task<(bool Whole, ProviderException? Failure)> ReadOnAsync(
        Call call,
        IAsyncEnumerator<ReadOnlyMemory<byte>> chunks,
        Task<bool>? next
    )
    {
        try
        {
            await using (chunks)
                while (await (next ?? chunks.MoveNextAsync().AsTask()))
                {
                    next = null;
                    call.Answer.TryAdd(chunks.Current.Span);
                    if (call.Watch?.IsPassed() == true)
                        return (false, null);
                }
            return (true, null);
        }
        catch (Exception e) when (e is ProviderException or OperationCanceledException)
        {
            var failure = e as ProviderException;
            if (failure is { Usage.Length: > 0 })
                call.Answer.Tell(failure.Usage.Span);
            Log.Partial(logger, call.Row.EventId, e.Message);
            return (false, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "The abandoned call {EventId} could not be ended; the recovery will settle it"
        )]
        public static partial void NotEnded(ILogger logger, Exception e, string eventId);

        [LoggerMessage(2, LogLevel.Information, "The abandoned call {EventId} broke off: {Reason}")]
        public static partial void Partial(ILogger logger, string eventId, string reason);
    }
}

/// <summary>The calls that this process runs: their holds are renewed, and repeats wait for them.</summary>
internal sealed class LiveCalls
{
    private readonly ConcurrentDictionary<long, Call> calls = new();

    public void Add(Call call) => calls[call.Row.Id] = call;

    public void Remove(Call call)
    {
        calls.TryRemove(call.Row.Id, out _);
        call.Ended();
    }

    /// <summary>Null: it has ended, or another process runs it.</summary>
    public Call? Find(long id) => calls.GetValueOrDefault(id);

    public bool Any => !calls.IsEmpty;

    public IReadOnlyCollection<Call> All => [.. calls.Values];

    public int Count => calls.Count;
}
