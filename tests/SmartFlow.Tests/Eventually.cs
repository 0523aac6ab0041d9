namespace SmartFlow.Tests;

/// <summary>Polls a condition that another thread will make true; the limit only ends a failing test.</summary>
internal static class Eventually
{
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await condition())
        {
            if (limit.IsCancellationRequested) throw new TimeoutException($"It never came true: {what}.");
            await Task.Delay(20);
        }
    }
}
