using Microsoft.Extensions.Options;
using SmartFlow.Platform.Batching;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Calls;

/// <summary>Writes the steps of calls, group-committed, and wakes the relay of their charges.</summary>
internal sealed class Journal : IAsyncDisposable
{
    private readonly Batcher<JournalCommand, JournalResult> batcher;
    private readonly OutboxSignal<LlmDb> signal;

    public Journal(JournalStore store, OutboxSignal<LlmDb> signal, IOptions<LlmOptions> options)
    {
        this.signal = signal;
        batcher = new("call journal", store.RunAsync, options.Value.JournalBatchLimit, options.Value.JournalQueueLimit);
    }

    /// <summary>This process, as the owner of the calls that it runs.</summary>
    public string Owner { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Written: a finish survives power loss, the other steps the death of the process.</summary>
    public async Task<JournalResult> WriteAsync(JournalCommand command)
    {
        var result = await batcher.SubmitAsync(command);
        if (command is Finish { ChargeEvent: not null }) signal.Notify();
        return result;
    }

    public ValueTask DisposeAsync() => batcher.DisposeAsync();
}
