namespace SmartFlow.Platform.Outbox;

/// <summary>Wakes the relay of one module's outbox after a commit. A hint: the relay also polls.</summary>
public sealed class OutboxSignal<TDb> : IDisposable
{
    private readonly SemaphoreSlim wake = new(0, 1);

    public void Notify()
    {
        try
        {
            if (wake.CurrentCount == 0)
                wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just woken it.
        }
    }

    public void Dispose() => wake.Dispose();

    /// <returns>It was woken; false: the time is over.</returns>
    public Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        wake.WaitAsync(atMost, cancellationToken);
}
