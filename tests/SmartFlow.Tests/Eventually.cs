namespace SmartFlow.Tests;

/// <summary>Waits for what another thread is about to do: asks again until it holds, up to a limit that only a defect reaches.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<T> GetAsync<T>(Func<Task<T>> ask, Func<T, bool> holds)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var answer = await ask();
            if (holds(answer)) return answer;
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
