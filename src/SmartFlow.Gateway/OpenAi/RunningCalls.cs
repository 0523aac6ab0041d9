using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// How many calls each user has running in this process. Users share no lock; who has none is forgotten.
/// </summary>
internal sealed class RunningCalls(IOptions<GatewayOptions> options)
{
    private readonly Places<ulong> running = new(options.Value.MaxConcurrentCalls);

    /// <summary>Dispose it when the call has ended.</summary>
    /// <exception cref="RefusedException">rate_limited: too many are running.</exception>
    public Slot Enter(ulong userId) =>
        running.TryEnter(userId)
            ? new Slot(this, userId)
            : throw new RefusedException(
                ErrorCodes.RateLimited,
                $"{options.Value.MaxConcurrentCalls} calls of yours are running; wait for one to end.",
                retryAfter: TimeSpan.FromSeconds(1)
            );

    public int Of(ulong userId) => running.Of(userId);

    public readonly struct Slot(RunningCalls calls, ulong userId) : IDisposable
    {
        public void Dispose() => calls.running.Leave(userId);
    }
}
