namespace SmartFlow.Llm.Providers;

/// <summary>
/// Two breakers over one provider. An account for which it only fails waits by itself: what one user asks may be the
/// cause. All accounts wait once the failures in a row are of at least two, none of which counts for more than half of
/// them. While the provider is well nothing here is locked or written.
/// </summary>
/// <param name="failuresToOpen">In a row; 0: never opens.</param>
/// <param name="pause">Before the first probe and between two.</param>
/// <param name="time">The clock.</param>
internal sealed class ProviderBreaker(int failuresToOpen, TimeSpan pause, TimeProvider time)
{
    /// <summary>Accounts that wait by themselves; beyond it the oldest news is forgotten.</summary>
    private const int AccountLimit = 4_096;

    private readonly CircuitBreaker all = new(failuresToOpen, pause, time);
    private readonly Lock gate = new();
    private readonly Dictionary<long, CircuitBreaker> own = [];
    private readonly Dictionary<long, int> inARow = [];
    private volatile bool anyFailed;

    public bool IsOpen => all.IsOpen;

    /// <summary>False: not now; wait so long.</summary>
    public bool TryEnter(long account, out TimeSpan wait)
    {
        wait = TimeSpan.Zero;
        return (!anyFailed || OwnOf(account) is not { } mine || mine.TryEnter(out wait)) && all.TryEnter(out wait);
    }

    /// <summary>An answer for this account began. True: that closed the breaker of all.</summary>
    public bool Began(long account)
    {
        if (anyFailed)
            OwnOf(account)?.Began();
        if (!all.Began())
            return false;
        lock (gate)
            inARow.Clear();
        return true;
    }

    /// <summary>An answer of this account came to its proper end: failures are counted anew.</summary>
    public void Ended(long account)
    {
        all.Ended();
        if (!anyFailed)
            return;
        lock (gate)
        {
            own.Remove(account);
            inARow.Clear();
            anyFailed = own.Count > 0;
        }
    }

    /// <summary>A failure that is the provider's fault. True: that opened the breaker of all.</summary>
    public bool Failed(long account)
    {
        if (failuresToOpen == 0)
            return false;
        lock (gate)
        {
            anyFailed = true;
            if (own.Count >= AccountLimit && !own.ContainsKey(account))
                own.Clear();
            if (!own.TryGetValue(account, out var mine))
                own[account] = mine = new(failuresToOpen, pause, time);
            mine.Failed();
            var count = inARow.GetValueOrDefault(account);
            if (count >= (failuresToOpen + 1) / 2)
                return false;
            inARow[account] = count + 1;
            // The last one counted is the one that opens: with one failure to open, the second account's.
            if (inARow.Count < 2 && count + 1 == failuresToOpen)
                return false;
            return all.Failed();
        }
    }

    private CircuitBreaker? OwnOf(long account)
    {
        lock (gate)
            return own.GetValueOrDefault(account);
    }
}
