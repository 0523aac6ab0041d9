using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>How many calls each user has running in this process. Users share no lock; who has none is forgotten.</summary>
internal sealed class RunningCalls(IOptions<GatewayOptions> options)
{
    private readonly ConcurrentDictionary<ulong, int> running = new();

    /// <summary>Dispose it when the call has ended.</summary>
    /// <exception cref="RefusedException">rate_limited: too many are running.</exception>
    public Slot Enter(ulong userId)
    {
        var most = options.Value.MaxConcurrentCalls;
        var now = running.AddOrUpdate(userId, 1, static (_, count) => count + 1);
        if (now <= most) return new Slot(this, userId);
        Leave(userId);
        throw new RefusedException(
            ErrorCodes.RateLimited, $"{most} calls of yours are running; wait for one to end.", retryAfter: TimeSpan.FromSeconds(1));
    }

    public int Of(ulong userId) => running.GetValueOrDefault(userId);

    private void Leave(ulong userId)
    {
        if (running.AddOrUpdate(userId, 0, static (_, count) => count - 1) == 0)
            running.TryRemove(new KeyValuePair<ulong, int>(userId, 0));
    }

    public readonly struct Slot(RunningCalls calls, ulong userId) : IDisposable
    {
        public void Dispose() => calls.Leave(userId);
    }
}
