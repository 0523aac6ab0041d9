using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Batching;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Calls;

/// <summary>Writes the steps of calls, group-committed, and wakes the relay of their charges.</summary>
internal sealed class Journal : IAsyncDisposable
{
    // Steps need no flush: they do not wait for the ends of other calls, which do.
    private readonly Batcher<JournalCommand, JournalResult> steps;
    private readonly Batcher<JournalCommand, JournalResult> ends;
    private readonly OutboxSignal<LlmDb> signal;

    public Journal(JournalStore store, OutboxSignal<LlmDb> signal, IOptions<LlmOptions> options)
    {
        this.signal = signal;
        steps = new("call journal", store.RunAsync, options.Value.JournalBatchLimit, options.Value.JournalQueueLimit);
        ends = new("call journal", store.RunAsync, options.Value.JournalBatchLimit, options.Value.JournalQueueLimit);
    }

    /// <summary>This process, as the owner of the calls that it runs.</summary>
    public string Owner { get; } = Guid.CreateVersion7().ToString("N");

    /// <summary>Written: a finish survives power loss, the other steps the death of the process.</summary>
    public async Task<JournalResult> WriteAsync(JournalCommand command)
    {
        var result = await (command is Finish ? ends : steps).SubmitAsync(command);
        if (result.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        if (command is Finish { ChargeEvent: not null })
            signal.Notify();
        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await steps.DisposeAsync();
        await ends.DisposeAsync();
    }
}
