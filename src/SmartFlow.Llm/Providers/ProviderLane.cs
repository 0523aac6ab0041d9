using Microsoft.Extensions.Logging;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// The way to one provider, shared by all calls: how many may be under way, and whether it is asked at all.
/// </summary>
internal sealed partial class ProviderLane(OpenAiCompatibleOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FullRetryAfter = TimeSpan.FromSeconds(1);
    private readonly ProviderBreaker breaker = new(
        options.BreakerFailures,
        TimeSpan.FromSeconds(options.BreakerPauseSeconds),
        time
    );
    private int open;

    public string Provider => options.Name;

    /// <summary>Calls under way now.</summary>
    public int Open => Volatile.Read(ref open);

    public bool IsBroken => breaker.IsOpen;

    /// <summary>Null: entered, and <see cref="Leave"/> has to follow. Else why the provider is not asked now.</summary>
    public ProviderException? TryEnter(long account)
    {
        var now = Interlocked.Increment(ref open);
        TimeSpan wait;
        if (options.MaxConcurrentCalls > 0 && now > options.MaxConcurrentCalls)
            wait = FullRetryAfter;
        else if (breaker.TryEnter(account, out wait))
            return null;
        Leave();
        return Failures.Busy(wait);
    }

    public void Leave() => Interlocked.Decrement(ref open);

    /// <summary>The first piece of an answer has come.</summary>
    public void Began(long account)
    {
        if (breaker.Began(account))
            Log.Closed(logger, Provider);
    }

    /// <summary>An answer has come to its proper end.</summary>
    public void Ended(long account) => breaker.Ended(account);

    public void Failed(long account, FailureKind kind)
    {
        if (Failures.PolicyOf(kind).Fault && breaker.Failed(account))
            Log.Opened(logger, Provider, kind, options.BreakerPauseSeconds);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "{Provider} only fails ({Kind}); it is asked again in {Seconds} s")]
        public static partial void Opened(ILogger logger, string provider, FailureKind kind, int seconds);

        [LoggerMessage(2, LogLevel.Warning, "{Provider} answers again")]
        public static partial void Closed(ILogger logger, string provider);
    }
}
