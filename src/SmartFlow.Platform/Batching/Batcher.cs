using System.Threading.Channels;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Batching;

/// <summary>
/// Group commit without a linger timer: while one batch is in flight the next collects, up to a cap. One worker, so
/// batches run one after the other in the order of submission.
/// </summary>
public sealed class Batcher<TItem, TResult> : IAsyncDisposable
{
    /// <summary>A batch of more than so many is large.</summary>
    private const int Few = 8;

    private readonly Channel<(TItem Item, TaskCompletionSource<TResult> Done)> queue;
    private readonly Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run;
    private readonly int cap;
    private readonly string name;
    private readonly Task worker;

    /// <param name="name">For the message when the queue is full.</param>
    /// <param name="run"> Handles a batch; the result of item i stands at i. An exception fails every item of the
    /// batch. The list is never used again: what was given up, as a transaction of a silent server, may still go on
    /// with it beside later batches.
    /// </param>
    /// <param name="cap">The largest batch.</param>
    /// <param name="queueLimit">Items that may wait before new ones are refused.</param>
    public Batcher(string name, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> run, int cap, int queueLimit)
    {
        this.name = name;
        this.run = run;
        this.cap = cap;
        queue = Channel.CreateBounded<(TItem, TaskCompletionSource<TResult>)>(
            // The submitter's thread forms the batch and hands it over: a hop less than waking a worker.
            new BoundedChannelOptions(queueLimit) { SingleReader = true, AllowSynchronousContinuations = true }
        );
        worker = Task.Run(WorkAsync);
    }

    /// <exception cref="RefusedException">unavailable: too many wait, or it has stopped.</exception>
    public Task<TResult> SubmitAsync(TItem item)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        return queue.Writer.TryWrite((item, done))
            ? done.Task
            : Task.FromException<TResult>(
                new RefusedException(
                    ErrorCodes.Unavailable,
                    $"Too much is waiting for the {name}.",
                    retryAfter: TimeSpan.FromSeconds(1)
                )
            );
    }

    /// <summary>Takes nothing new and finishes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await worker;
    }

    /// <summary>
    /// Whom a large batch answered, or whom the thread pool has waiting, is about to ask, but the first to do so would
    /// be a batch of its own: as long as the queue grows at every turn of the pool, it may. No timer: a turn without
    /// anything new ends it.
    /// </summary>
    private async Task GatherAsync(int expected)
    {
        for (var before = 0; queue.Reader.Count is var now && now > before && now < expected; before = now)
            await Task.Yield();
    }

    private async Task WorkAsync()
    {
        var items = new List<TItem>(cap);
        var waiting = new List<TaskCompletionSource<TResult>>(cap);
        while (await queue.Reader.WaitToReadAsync())
        {
            if (items.Count > Few)
                await GatherAsync(Math.Min(cap, items.Count));
            else if (ThreadPool.PendingWorkItemCount > 0)
                await GatherAsync(cap);
            items.Clear();
            waiting.Clear();
            while (items.Count < cap && queue.Reader.TryRead(out var next))
            {
                items.Add(next.Item);
                waiting.Add(next.Done);
            }
            try
            {
                var results = await run(items.ToArray());
                for (var i = 0; i < waiting.Count; i++)
                    waiting[i].SetResult(results[i]);
            }
            catch (Exception e)
            {
                foreach (var done in waiting)
                    done.TrySetException(e);
            }
            // A batch may have run on its submitter's thread, which must get on with its own work.
            if (queue.Reader.Count > 0)
                await Task.Yield();
        }
    }
}
