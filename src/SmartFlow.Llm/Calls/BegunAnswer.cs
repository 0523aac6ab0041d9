using SmartFlow.Llm.Providers;

namespace SmartFlow.Llm.Calls;

/// <summary>An answer whose first chunk has come. Dispose it to give connection and lane back.</summary>
/// <param name="candidate">Whose it is.</param>
/// <param name="answer">The connection.</param>
/// <param name="chunks">Standing on the first chunk.</param>
/// <param name="lane">Entered for it.</param>
internal sealed class BegunAnswer(
    int candidate,
    ProviderAnswer answer,
    IAsyncEnumerator<ReadOnlyMemory<byte>> chunks,
    ProviderLane lane
) : IAsyncDisposable
{
    public int Candidate => candidate;

    public IAsyncEnumerator<ReadOnlyMemory<byte>> Chunks => chunks;

    public ProviderLane Lane => lane;

    /// <summary>What can stop it alone; null: only the call as a whole can.</summary>
    public CancellationTokenSource? Stop { get; set; }

    public async ValueTask DisposeAsync()
    {
        lane.Leave();
        await chunks.DisposeAsync();
        await answer.DisposeAsync();
        Stop?.Dispose();
    }
}
