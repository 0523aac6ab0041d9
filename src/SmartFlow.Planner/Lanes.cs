using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner;

/// <summary>
/// How much of something runs at once in this process: a few, a bounded number waits in turn, and one user holds only
/// so many of both places.
/// </summary>
/// <param name="atOnce">Lanes.</param>
/// <param name="waiting">Places before them.</param>
/// <param name="each">Places of either kind that one user may hold.</param>
/// <param name="own">What who holds them all is told.</param>
/// <param name="many">What is said where there is no place at all.</param>
internal abstract class Lanes(int atOnce, int waiting, int each, string own, string many) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim free = new(atOnce);
    private readonly Lock gate = new();
    private readonly Dictionary<ulong, int> byUser = [];
    private int inside;

    /// <summary>Those that run or wait.</summary>
    public int Inside
    {
        get
        {
            lock (gate)
                return inside;
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

    public virtual void Dispose()
    {
        free.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Take(ulong userId)
    {
        lock (gate)
        {
            var held = byUser.GetValueOrDefault(userId);
            if (held >= each)
                throw Full(own);
            if (inside >= atOnce + waiting)
                throw Full(many);
            byUser[userId] = held + 1;
            inside++;
        }
    }

    private void Leave(ulong userId)
    {
        lock (gate)
        {
            inside--;
            if (byUser[userId] == 1)
                byUser.Remove(userId);
            else
                byUser[userId]--;
        }
    }

    private static RefusedException Full(string detail) => new(ErrorCodes.LimitReached, detail, retryAfter: Soon);

    private sealed class Place(Lanes lanes, ulong userId) : IDisposable
    {
        private int left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref left, 1) != 0)
                return;
            lanes.free.Release();
            lanes.Leave(userId);
        }
    }
}
