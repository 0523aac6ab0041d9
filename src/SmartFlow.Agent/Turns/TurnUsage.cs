using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Agent.Turns;

/// <summary>The sum of a turn's receipts. A call counts once, however often its receipt is seen.</summary>
internal sealed class TurnUsage
{
    private readonly Dictionary<string, (TokenUsageMessage Usage, long CreditMicros)> calls = [];

    /// <summary>Calls that were begun and whose end is not known.</summary>
    public HashSet<string> Open { get; } = [];

    public bool HasCalls => calls.Count > 0;

    public long CreditMicros => calls.Values.Sum(c => c.CreditMicros);

    /// <summary>Read and written, whatever they cost.</summary>
    public long Tokens =>
        calls.Values.Sum(c => c.Usage.Input + c.Usage.Output + c.Usage.Cached + c.Usage.CacheWrite + c.Usage.Reasoning);

    public void Add(string eventId, TokenUsageMessage? usage, long creditMicros)
    {
        Open.Remove(eventId);
        calls[eventId] = (usage ?? new TokenUsageMessage(), creditMicros);
    }

    /// <summary>The usage event: disjoint buckets. Settled is false while a call's charge is not known yet.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["input_tokens"] = calls.Values.Sum(c => c.Usage.Input),
            ["output_tokens"] = calls.Values.Sum(c => c.Usage.Output),
            ["cached_tokens"] = calls.Values.Sum(c => c.Usage.Cached),
            ["cache_write_tokens"] = calls.Values.Sum(c => c.Usage.CacheWrite),
            ["reasoning_tokens"] = calls.Values.Sum(c => c.Usage.Reasoning),
            ["credit_micros"] = CreditMicros,
            ["settled"] = Open.Count == 0,
        };
}
