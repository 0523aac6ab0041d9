using System.Diagnostics;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// Holds asked of a ledger in another process: while a few questions are on their way, what else is asked gathers and
/// leaves as one when an answer comes. Nobody waits for company where the way is free.
/// </summary>
internal sealed class JoinedHolds(ICreditLedger ledger)
{
    /// <summary>
    /// As many as there are usual addresses: one that is silent does not hold up the others' users alone.
    /// </summary>
    private const int OnTheWay = 2;
    private const int Together = 256;
    private const int WaitingLimit = 10_000;
    private readonly Lock gate = new();
    private readonly Queue<Asked> waiting = new();
    private int open;

    public Task<ReserveResponse> ReserveAsync(ReserveRequest request)
    {
        lock (gate)
        {
            if (open >= OnTheWay)
            {
                if (waiting.Count >= WaitingLimit)
                    throw new RefusedException(
                        ErrorCodes.Unavailable,
                        "Too much is waiting for the ledger.",
                        retryAfter: TimeSpan.FromSeconds(1)
                    );
                var asked = new Asked(
                    request,
                    Activity.Current,
                    new(TaskCreationOptions.RunContinuationsAsynchronously)
                );
                waiting.Enqueue(asked);
                return asked.Done.Task;
            }
            open++;
        }
        return FirstAsync(request);
    }

    private async Task<ReserveResponse> FirstAsync(ReserveRequest request)
    {
        try
        {
            return await ledger.ReserveAsync(request, CancellationToken.None);
        }
        finally
        {
            Next();
        }
    }

    /// <summary>A way has become free.</summary>
    private void Next()
    {
        var all = new List<Asked>();
        lock (gate)
        {
            while (all.Count < Together && waiting.TryDequeue(out var asked))
                all.Add(asked);
            if (all.Count == 0)
                open--;
        }
        if (all.Count > 0)
            _ = AskAsync(all);
    }

    private async Task AskAsync(List<Asked> all)
    {
        // What is asked together is told of in the trace of whoever waited longest.
        Activity.Current = all[0].Caller;
        try
        {
            var answers =
                all.Count == 1
                    ? null
                    : await ledger.ReserveAllAsync(
                        new() { Items = { all.Select(a => a.Request) } },
                        CancellationToken.None
                    );
            for (var i = 0; i < all.Count; i++)
                if (answers?.Items[i].Reserved is { } reserved)
                    all[i].Done.SetResult(reserved);
                else
                    await AloneAsync(all[i]);
        }
        catch (Exception e)
        {
            foreach (var asked in all)
                asked.Done.TrySetException(e);
        }
        finally
        {
            Next();
        }
    }

    private async Task AloneAsync(Asked asked)
    {
        try
        {
            asked.Done.SetResult(await ledger.ReserveAsync(asked.Request, CancellationToken.None));
        }
        catch (Exception e)
        {
            asked.Done.SetException(e);
        }
    }

    private sealed record Asked(ReserveRequest Request, Activity? Caller, TaskCompletionSource<ReserveResponse> Done);
}
