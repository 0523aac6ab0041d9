namespace SmartFlow.Llm.Calls;

/// <summary>A step of a call, written before the step after it begins.</summary>
internal abstract record JournalCommand;

/// <summary>The call begins: inserted, or taken over from an earlier try that failed or whose process died.</summary>
internal sealed record Start(LlmCall Call) : JournalCommand;

/// <summary>The first byte is about to leave for this candidate.</summary>
internal sealed record Send(long CallId, int Candidate) : JournalCommand;

/// <summary>The call is over: its numbers, its kept answer and its charge event, in one durable transaction.</summary>
internal sealed record Finish(LlmCall Call, byte[]? Result, DateTimeOffset ResultExpiresAt, byte[]? ChargeEvent) : JournalCommand;

/// <summary>The call ended without an answer and without a charge.</summary>
internal sealed record Fail(long CallId, string Outcome, string Attempts) : JournalCommand;

/// <summary>The outcome is not known: waits for a repeat until then, and is settled by estimate after it.</summary>
internal sealed record Suspend(long CallId, DateTimeOffset Until) : JournalCommand;

/// <summary>Nothing was sent: no trace stays.</summary>
internal sealed record Forget(long CallId) : JournalCommand;

/// <param name="CallId">The row.</param>
/// <param name="Existing">What stands in the way of a start: the row that has the key; null where it began.</param>
/// <param name="TakenOver">The earlier row whose price and hold go on being used.</param>
internal sealed record JournalResult(long CallId, LlmCall? Existing = null, LlmCall? TakenOver = null);

/// <summary>Keys that the outbox and the journal share.</summary>
internal static class CallKeys
{
    /// <summary>The charge event's id: the charge key in one word.</summary>
    public static string ChargeEvent(long userId, string eventId) => $"call:{userId}:{eventId}";
}
