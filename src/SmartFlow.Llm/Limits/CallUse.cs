namespace SmartFlow.Llm.Limits;

/// <summary>What a call takes of a window.</summary>
internal readonly record struct CallUse(long Requests, long Tokens, long CreditMicros)
{
    public static CallUse operator +(CallUse one, CallUse other) =>
        new(one.Requests + other.Requests, one.Tokens + other.Tokens, one.CreditMicros + other.CreditMicros);

    public static CallUse operator -(CallUse one, CallUse other) =>
        new(one.Requests - other.Requests, one.Tokens - other.Tokens, one.CreditMicros - other.CreditMicros);

    /// <summary>
    /// The one definition, for counting and for reconciling: an open call takes its worst case, an ended one what it
    /// was, a failed one nothing, except of the minute, which counts attempts.
    /// </summary>
    /// <param name="call">The call.</param>
    /// <param name="state">The state that it is in, or will be in.</param>
    /// <param name="window">The name of a window that it counts in.</param>
    public static CallUse Of(LlmCall call, string state, string window)
    {
        if (LimitWindow.IsRunning(window))
            return new(state is CallState.Started or CallState.Sent ? 1 : 0, 0, 0);
        if (LimitWindow.IsMinute(window))
            return new(1, 0, 0);
        return state switch
        {
            CallState.Failed => default,
            CallState.Finished or CallState.Settled => new(1, TokensOf(call), call.CreditMicros),
            _ => new(1, call.CountedTokens, call.SkipCharge ? 0 : call.HoldMicros),
        };
    }

    private static long TokensOf(LlmCall c) =>
        c.InputTokens + c.OutputTokens + c.CachedTokens + c.CacheWriteTokens + c.ReasoningTokens;
}
