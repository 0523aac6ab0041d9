using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// The bytes of bodies that this process keeps at one time, for each user and for all. What a buffer grows to counts, not what
/// was announced, and only beyond the first one, which every connection may have.
/// </summary>
internal sealed class BodyBudget(IOptions<GatewayOptions> options)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<ulong, long> users = new();
    private long total;

    /// <summary>Bytes taken now.</summary>
    public long Total => Interlocked.Read(ref total);

    /// <summary>A body of this user's; dispose it when the request has ended.</summary>
    public Lease Open(ulong userId) => new(this, userId);

    private void Take(ulong userId, long bytes)
    {
        if (Interlocked.Add(ref total, bytes) > options.Value.MaxTotalBodyBytes)
        {
            Interlocked.Add(ref total, -bytes);
            throw new RefusedException(ErrorCodes.Unavailable, "Too many large requests are under way here; come again.", retryAfter: Soon);
        }
        if (users.AddOrUpdate(userId, bytes, (_, taken) => taken + bytes) <= options.Value.MaxUserBodyBytes) return;
        GiveBack(userId, bytes);
        throw new RefusedException(
            ErrorCodes.RateLimited, "Too many large requests of yours are under way; wait for one to end.", retryAfter: Soon);
    }

    private void GiveBack(ulong userId, long bytes)
    {
        Interlocked.Add(ref total, -bytes);
        if (users.AddOrUpdate(userId, 0, (_, taken) => taken - bytes) == 0) users.TryRemove(new KeyValuePair<ulong, long>(userId, 0));
    }

    /// <summary>What one body has taken.</summary>
    public sealed class Lease(BodyBudget budget, ulong userId) : IDisposable
    {
        private long taken;

        /// <exception cref="RefusedException">unavailable, rate_limited: this much more is not there.</exception>
        public void Take(long bytes)
        {
            budget.Take(userId, bytes);
            taken += bytes;
        }

        public void Dispose()
        {
            if (taken > 0) budget.GiveBack(userId, taken);
            taken = 0;
        }
    }
}
