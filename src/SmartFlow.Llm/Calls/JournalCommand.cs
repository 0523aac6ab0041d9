using SmartFlow.Llm.Limits;

namespace SmartFlow.Llm.Calls;

/// <summary>A step of a call, written before the step after it begins.</summary>
internal abstract record JournalCommand
{
    /// <summary>The journal's row; 0 before it has one.</summary>
    public virtual long CallId => Ends?.Id ?? 0;

    /// <summary>The call that it may end; null where it ends none.</summary>
    public virtual LlmCall? Ends => null;

    /// <summary>The state in which it leaves a call that was in this one; null: no row is left.</summary>
    public virtual string? StateAfter(string before) => before;
}

/// <summary>The call begins: inserted, or taken over from an earlier try that failed or whose process died.</summary>
internal sealed record Start(LlmCall Call) : JournalCommand
{
    /// <summary>What the call counts in; <see cref="LlmCall.Counted"/> has their names.</summary>
    public IReadOnlyList<LimitWindow> Limits { get; init; } = [];
}

/// <summary>The first byte is about to leave for this candidate.</summary>
internal sealed record Send(LlmCall Call, int Candidate) : JournalCommand
{
    public override long CallId => Call.Id;
}

/// <summary>The call is over: its numbers, its kept answer and its charge event, in one durable transaction.</summary>
internal sealed record Finish(LlmCall Call, byte[]? Result, DateTimeOffset ResultExpiresAt, byte[]? ChargeEvent)
    : JournalCommand
{
    /// <summary>The trace to which the settling of the charge belongs, or empty.</summary>
    public string Traceparent { get; init; } = "";

    public override LlmCall Ends => Call;

    public override string StateAfter(string before) =>
        before is CallState.Started or CallState.Sent or CallState.Suspense ? Call.State : before;
}

/// <summary>The call ended without an answer and without a charge.</summary>
internal sealed record Fail(LlmCall Call, string Outcome, string Attempts) : JournalCommand
{
    public override LlmCall Ends => Call;

    public override string StateAfter(string before) =>
        before is CallState.Started or CallState.Sent ? CallState.Failed : before;
}

/// <summary>The outcome is not known: waits for a repeat until then, and is settled by estimate after it.</summary>
internal sealed record Suspend(LlmCall Call, DateTimeOffset Until) : JournalCommand
{
    public override LlmCall Ends => Call;

    public override string StateAfter(string before) =>
        before is CallState.Started or CallState.Sent ? CallState.Suspense : before;
}

/// <summary>Nothing was sent: no trace stays.</summary>
internal sealed record Forget(LlmCall Call) : JournalCommand
{
    public override LlmCall Ends => Call;

    public override string? StateAfter(string before) => before == CallState.Started ? null : before;
}

/// <param name="CallId">The row.</param>
/// <param name="Existing">What stands in the way of a start: the row that has the key; null where it began.</param>
/// <param name="TakenOver">The earlier row whose price and hold go on being used.</param>
/// <param name="Reached">The limit that refuses a start; nothing is left of it.</param>
/// <param name="Failure">Why this command alone was not done.</param>
/// <param name="Changed">False: the row was not in a state for this step, or is another process's by now.</param>
internal sealed record JournalResult(
    long CallId,
    LlmCall? Existing = null,
    LlmCall? TakenOver = null,
    LimitReached? Reached = null,
    Exception? Failure = null,
    bool Changed = true
)
{
    /// <summary>Nothing was written: what was used before the start's limits were set has to be looked up.</summary>
    public static readonly JournalResult Unseeded = new(0);
}

/// <summary>Keys that the outbox and the journal share.</summary>
internal static class CallKeys
{
    /// <summary>The charge event's id: the charge key in one word.</summary>
    public static string ChargeEvent(long userId, string eventId) => $"call:{userId}:{eventId}";
}
