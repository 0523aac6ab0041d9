using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>
/// How many plans are computed at once in this process: a few run, a bounded number waits in turn, and one user holds only
/// so many of both places.
/// </summary>
internal sealed class PlanLanes(IOptions<PlannerOptions> options) : IDisposable
{
    private readonly SemaphoreSlim free = new(options.Value.PlansAtOnce);
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, int> byUser = [];
    private int inside;

    /// <summary>Plans that are computed or wait.</summary>
    public int Inside
    {
        get
        {
            lock (gate) return inside;
        }
    }

    /// <summary>Waits for a lane; dispose what it returns.</summary>
    /// <exception cref="RefusedException">limit_reached, with when to ask again.</exception>
    public async Task<IDisposable> EnterAsync(ulong userId, CancellationToken cancellationToken)
    {
        Take(userId);
        try
        {
            await free.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(userId);
            throw;
        }
        return new Place(this, userId);
    }

    public void Dispose() => free.Dispose();

    private void Take(ulong userId)
    {
        var (atOnce, waiting, each) = (options.Value.PlansAtOnce, options.Value.PlansWaiting, options.Value.PlansAtOncePerUser);
        lock (gate)
        {
            var own = byUser.GetValueOrDefault(userId);
            if (own >= each) throw Full("You have plans that are being computed; wait for them.");
            if (inside >= atOnce + waiting) throw Full("Many plans are being computed; try again in a moment.");
            byUser[userId] = own + 1;
            inside++;
        }
    }

    private void Leave(ulong userId)
    {
        lock (gate)
        {
            inside--;
            if (byUser[userId] == 1) byUser.Remove(userId);
            else byUser[userId]--;
        }
    }

    private static RefusedException Full(string detail) =>
        new(ErrorCodes.LimitReached, detail, retryAfter: TimeSpan.FromSeconds(2));

    private sealed class Place(PlanLanes lanes, ulong userId) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0) return;
            lanes.free.Release();
            lanes.Leave(userId);
        }
    }
}
