using System.Collections.Concurrent;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>Who sends a body: a user, or whoever is behind an address.</summary>
public readonly record struct BodyOwner(ulong UserId, Network? Network);

/// <summary>
/// The bytes of bodies that are kept at one time, for each owner and for all. What a buffer grows to counts, not what
/// was announced, and only beyond the first one, which every connection may have.
/// </summary>
/// <param name="each">Bytes of one owner.</param>
/// <param name="all">Bytes of all.</param>
public sealed class BodyBudget(long each, long all)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<BodyOwner, long> owners = new();
    private long total;

    /// <summary>Bytes taken now.</summary>
    public long Total => Interlocked.Read(ref total);

    /// <summary>A body of this owner's; dispose it when the request has ended.</summary>
    public Lease Open(BodyOwner owner) => new(this, owner);

    private void Take(BodyOwner owner, long bytes)
    {
        if (Interlocked.Add(ref total, bytes) > all)
        {
            Interlocked.Add(ref total, -bytes);
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "Too many large requests are under way here; come again.",
                retryAfter: Soon
            );
        }
        if (owners.AddOrUpdate(owner, bytes, (_, taken) => taken + bytes) <= each)
            return;
        GiveBack(owner, bytes);
        throw new RefusedException(
            ErrorCodes.RateLimited,
            "Too many large requests of yours are under way; wait for one to end.",
            retryAfter: Soon
        );
    }

    private void GiveBack(BodyOwner owner, long bytes)
    {
        Interlocked.Add(ref total, -bytes);
        if (owners.AddOrUpdate(owner, 0, (_, taken) => taken - bytes) == 0)
            owners.TryRemove(new KeyValuePair<BodyOwner, long>(owner, 0));
    }

    /// <summary>What one body has taken.</summary>
    public sealed class Lease(BodyBudget budget, BodyOwner owner) : IDisposable
    {
        private long taken;

        /// <exception cref="RefusedException">unavailable, rate_limited: this much more is not there.</exception>
        public void Take(long bytes)
        {
            budget.Take(owner, bytes);
            taken += bytes;
        }

        public void Dispose()
        {
            if (taken > 0)
                budget.GiveBack(owner, taken);
            taken = 0;
        }
    }
}
