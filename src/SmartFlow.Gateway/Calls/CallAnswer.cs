using System.Globalization;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Gateway.Calls;

/// <summary>
/// A call as its owner sees it. Tokens are in disjoint buckets; times are null where it has not happened.
/// </summary>
/// <param name="ApiKeyId">0: the call came without a key.</param>
/// <param name="FirstTokenMs">From the begin of the call to the first part of its answer.</param>
/// <param name="DurationMs">From the begin of the call to its end.</param>
/// <param name="TokensPerSecond">Output and reasoning, over the time from the first part to the end; of a plain call
/// from its sending.</param>
/// <param name="HouseCost">A provider may bill an attempt that did not deliver: that is ours to pay.</param>
internal sealed record CallAnswer(
    string EventId,
    string Scene,
    long ApiKeyId,
    string State,
    string Outcome,
    string ModelAlias,
    string ProviderName,
    string ModelName,
    bool Stream,
    int Images,
    CallUsage? Usage,
    long CostMicroYuan,
    long CreditMicros,
    long HoldMicros,
    IReadOnlyList<CallTry> Attempts,
    bool HouseCost,
    ulong PriceRuleId,
    int PriceRuleVersion,
    string ConversationId,
    DateTimeOffset? StartedAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? FirstTokenAt,
    DateTimeOffset? FinishedAt,
    double? FirstTokenMs,
    double? DurationMs,
    double? TokensPerSecond
)
{
    public static CallAnswer Of(CallView call)
    {
        var (started, sent) = (Time(call.StartedAt), Time(call.SentAt));
        var (first, finished) = (Time(call.FirstTokenAt), Time(call.FinishedAt));
        var usage = call.Usage is { } u ? CallUsage.Of(u) : null;
        return new CallAnswer(
            call.EventId,
            call.Scene,
            call.ApiKeyId,
            call.State,
            call.Outcome,
            call.ModelAlias,
            call.ProviderName,
            call.ModelName,
            call.Stream,
            call.Images,
            usage,
            call.CostMicroYuan,
            call.CreditMicros,
            call.HoldMicros,
            [.. call.Attempts.Select(CallTry.Of)],
            call.Attempts.Any(a => a.MayBill),
            call.PriceRuleId,
            call.PriceRuleVersion,
            call.ConversationId,
            started,
            sent,
            first,
            finished,
            Milliseconds(started, first),
            Milliseconds(started, finished),
            Rate(call, Milliseconds(call.Stream ? first : sent ?? first, finished))
        );
    }

    private static double? Rate(CallView call, double? milliseconds)
    {
        var tokens = (call.Usage?.Output ?? 0) + (call.Usage?.Reasoning ?? 0);
        return milliseconds is > 0 && tokens > 0 ? Math.Round(tokens * 1_000 / milliseconds.Value, 1) : null;
    }

    private static double? Milliseconds(DateTimeOffset? from, DateTimeOffset? to) =>
        from is { } a && to is { } b ? Math.Max(0, Math.Round((b - a).TotalMilliseconds, 1)) : null;

    /// <summary>A time of the contract; empty: none.</summary>
    public static DateTimeOffset? Time(string text) =>
        text.Length == 0
            ? null
            : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}

internal sealed record CallUsage(
    long InputTokens,
    long OutputTokens,
    long CachedTokens,
    long CacheWriteTokens,
    long ReasoningTokens,
    bool Estimated
)
{
    public static CallUsage Of(TokenUsageMessage u) =>
        new(u.Input, u.Output, u.Cached, u.CacheWrite, u.Reasoning, u.Estimated);
}

/// <summary>One request to a provider.</summary>
/// <param name="Ended">answered, or the kind of failure.</param>
/// <param name="Status">The HTTP status of a failure, if it had one.</param>
internal sealed record CallTry(string ProviderName, string ModelName, string Ended, int? Status, bool MayBill)
{
    public static CallTry Of(CallAttempt a) =>
        new(a.ProviderName, a.ModelName, a.Ended, a.Status == 0 ? null : a.Status, a.MayBill);
}
