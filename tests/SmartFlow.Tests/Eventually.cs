namespace SmartFlow.Tests;

/// <summary>
/// Waits for what another thread is about to do: asks again until it holds, up to a limit that only a defect reaches.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            limit.Token.ThrowIfCancellationRequested();
            await Task.Delay(Pause);
        }
    }

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        try
        {
            await GetAsync(condition, holds => holds);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It never came true: {what}.");
        }
    }
}
