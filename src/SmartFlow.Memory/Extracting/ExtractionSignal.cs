namespace SmartFlow.Memory.Extracting;

/// <summary>Wakes the worker of this process after a commit. A hint: it also polls.</summary>
internal sealed class ExtractionSignal : IDisposable
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

    public Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken) =>
        wake.WaitAsync(atMost, cancellationToken);

    public void Dispose() => wake.Dispose();
}
