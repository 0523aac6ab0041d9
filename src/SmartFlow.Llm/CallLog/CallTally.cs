using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Calls;

namespace SmartFlow.Llm.CallLog;

/// <summary>What a summary reads of an ended call.</summary>
internal sealed record EndedCall(
    DateTimeOffset StartedAt,
    DateTimeOffset? FirstTokenAt,
    DateTimeOffset? FinishedAt,
    bool Stream,
    string State,
    string Outcome,
    string Candidates,
    int Candidate,
    long Input,
    long Output,
    long Cached,
    long CacheWrite,
    long Reasoning,
    long CreditMicros,
    long CostMicroYuan
)
{
    /// <summary>The caller got no whole answer, did not leave by itself and had not run out of Credit.</summary>
    public bool Failed =>
        State == CallState.Failed
        || Outcome is not (Outcomes.Completed or Outcomes.ClientGone or Outcomes.StoppedAtHold);
}

/// <summary>
/// Sums and exact percentiles (nearest rank) of some calls. Times are those of calls that did not fail.
/// </summary>
internal sealed class CallTally
{
    private readonly TokenUsageMessage usage = new();
    private readonly CallFigures figures = new();
    private readonly List<long> firstTokens = [];
    private readonly List<long> durations = [];

    public void Add(EndedCall call)
    {
        figures.Calls++;
        figures.CreditMicros += call.CreditMicros;
        figures.CostMicroYuan += call.CostMicroYuan;
        usage.Input += call.Input;
        usage.Output += call.Output;
        usage.Cached += call.Cached;
        usage.CacheWrite += call.CacheWrite;
        usage.Reasoning += call.Reasoning;
        if (call.Failed)
        {
            figures.Failures++;
            return;
        }
        durations.Add(Milliseconds(call.FinishedAt!.Value - call.StartedAt));
        if (call is { Stream: true, FirstTokenAt: { } first })
            firstTokens.Add(Milliseconds(first - call.StartedAt));
    }

    public CallFigures Figures()
    {
        firstTokens.Sort();
        durations.Sort();
        figures.Usage = usage;
        figures.Streams = firstTokens.Count;
        (figures.FirstTokenP50Ms, figures.FirstTokenP95Ms) = (Percentile(firstTokens, 50), Percentile(firstTokens, 95));
        (figures.DurationP50Ms, figures.DurationP95Ms) = (Percentile(durations, 50), Percentile(durations, 95));
        return figures;
    }

    /// <summary>The least value that is not below <paramref name="percent"/> of all; 0: there are none.</summary>
    internal static long Percentile(List<long> sorted, int percent) =>
        sorted.Count == 0 ? 0 : sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)];

    private static long Milliseconds(TimeSpan time) => Math.Max(0, (long)Math.Round(time.TotalMilliseconds));
}
