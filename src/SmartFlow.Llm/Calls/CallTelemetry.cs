using System.Diagnostics;
using System.Diagnostics.Metrics;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// What a call tells of itself: one span and the numbers of OpenTelemetry's conventions for generative AI, and our own
/// as smartflow.*. A call is one operation with all its attempts. Never what was said, nor whose key was used.
/// </summary>
internal sealed class CallTelemetry
{
    private readonly Counter<long> admissions;
    private readonly Histogram<long> tokens;
    private readonly Histogram<double> durations;
    private readonly Histogram<double> firstChunks;
    private readonly Counter<long> credit;
    private readonly Counter<long> cost;
    private readonly Counter<long> attempts;
    private readonly Counter<long> holdsExceeded;

    public CallTelemetry(IMeterFactory factory, LiveCalls live, Unwritten unwritten)
    {
        var meter = factory.SmartFlow();
        admissions = meter.CreateCounter<long>(
            "smartflow.admissions",
            "{call}",
            "Calls that asked to be admitted, by what became of it."
        );
        tokens = meter.CreateHistogram(
            "gen_ai.client.token.usage",
            "{token}",
            "Tokens of a call.",
            null,
            new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries = [.. Enumerable.Range(0, 14).Select(i => 1L << (2 * i))],
            }
        );
        durations = meter.CreateSeconds("gen_ai.client.operation.duration", "From the begin of a call to its end.");
        firstChunks = meter.CreateSeconds(
            "gen_ai.client.operation.time_to_first_chunk",
            "From the begin of a streamed call to the first part of its answer."
        );
        credit = meter.CreateCounter<long>("smartflow.call.credit", "{micro_credit}", "What calls were charged.");
        cost = meter.CreateCounter<long>("smartflow.call.cost", "{micro_yuan}", "What calls cost.");
        attempts = meter.CreateCounter<long>("smartflow.call.attempts", "{attempt}", "Requests to providers.");
        holdsExceeded = meter.CreateCounter<long>(
            "smartflow.call.holds_exceeded",
            "{call}",
            "Calls that cost more than their hold."
        );
        meter.CreateObservableGauge(
            "smartflow.calls.running",
            () => live.Count,
            "{call}",
            "Calls that this process runs."
        );
        meter.CreateObservableGauge(
            "smartflow.calls.unwritten",
            () => unwritten.Count,
            "{call}",
            "Ends that the journal has not taken."
        );
    }

    /// <param name="scene">What the call is for; known or not.</param>
    /// <param name="result">admitted, repeated, or the code of the refusal.</param>
    public void Asked(string scene, string result)
    {
        if (admissions.Enabled)
            admissions.Add(
                1,
                new("smartflow.scene", Scenes.All.Contains(scene) ? scene : "unknown"),
                new("smartflow.admission", result)
            );
    }

    /// <summary>The provider is about to be asked.</summary>
    public static void Began(Call call)
    {
        if (!Tracing.Source.HasListeners())
            return;
        var (operation, model) = (OperationOf(call), call.Candidates[0].Priced.Model);
        call.Span = Tracing
            .Source.StartActivity($"{operation} {model}", ActivityKind.Client)
            ?.SetTag("gen_ai.operation.name", operation)
            .SetTag("gen_ai.provider.name", call.Candidates[0].Priced.Provider)
            .SetTag("gen_ai.request.model", model)
            .SetTag("smartflow.scene", call.Row.Scene)
            .SetTag("smartflow.event_id", call.Row.EventId)
            .SetTag("smartflow.hold_micros", call.Row.HoldMicros);
        if (call.Span is null || call.Request.Kind != CallKind.Chat)
            return;
        call.Span.SetTag("gen_ai.request.max_tokens", call.OutputLimit)
            .SetTag("gen_ai.request.stream", call.Row.Stream);
        if (call.Request.N > 1)
            call.Span.SetTag("gen_ai.request.choice.count", call.Request.N);
    }

    /// <summary>The call is over, and written.</summary>
    /// <param name="call">With its last numbers.</param>
    /// <param name="outcome">One of <see cref="Outcomes"/>.</param>
    /// <param name="usage">Null: nothing was delivered.</param>
    /// <param name="at">Now.</param>
    /// <param name="failure">The kind of the last attempt's failure, where that ended it.</param>
    public void Ended(Call call, string outcome, TokenUsage? usage, DateTimeOffset at, string? failure)
    {
        var error = failure
            ?? (outcome is Outcomes.Completed or Outcomes.ClientGone or Outcomes.StoppedAtHold ? null : outcome);
        if (durations.Enabled)
            Measure(call, usage, at, error);
        if (call.Span is not { } span)
            return;
        call.Span = null;
        var row = call.Row;
        span.SetTag("gen_ai.provider.name", call.Priced.Provider)
            .SetTag("gen_ai.response.model", call.Priced.Model)
            .SetTag("smartflow.outcome", outcome)
            .SetTag("smartflow.attempts", call.AttemptCount)
            .SetTag("smartflow.credit_micros", row.CreditMicros)
            .SetTag("smartflow.price_rule_id", (long)call.Priced.Price.RuleId);
        if (call.Answer is AnswerText { FinishReason: { Length: > 0 } reason })
            span.SetTag("gen_ai.response.finish_reasons", new[] { reason });
        if (usage is { } used)
            span.SetTag("gen_ai.usage.input_tokens", InputOf(used))
                .SetTag("gen_ai.usage.output_tokens", OutputOf(used))
                .SetTag("gen_ai.usage.cache_read.input_tokens", used.Cached)
                .SetTag("gen_ai.usage.cache_creation.input_tokens", used.CacheWrite)
                .SetTag("gen_ai.usage.reasoning.output_tokens", used.Reasoning)
                .SetTag("smartflow.usage.estimated", used.Estimated);
        if (error is not null)
            span.Fail(error);
        span.Dispose();
    }

    public void HoldExceeded(LlmCall row) =>
        holdsExceeded.Add(1, new KeyValuePair<string, object?>("smartflow.scene", row.Scene));

    private void Measure(Call call, TokenUsage? usage, DateTimeOffset at, string? error)
    {
        var row = call.Row;
        var tags = new TagList
        {
            { "gen_ai.operation.name", OperationOf(call) },
            { "gen_ai.provider.name", call.Priced.Provider },
            { "gen_ai.request.model", call.Candidates[0].Priced.Model },
            { "gen_ai.response.model", call.Priced.Model },
            { "smartflow.scene", row.Scene },
        };
        attempts.Add(call.AttemptCount, tags);
        if (usage is { } used)
        {
            tokens.Record(InputOf(used), [.. tags, new("gen_ai.token.type", "input")]);
            tokens.Record(OutputOf(used), [.. tags, new("gen_ai.token.type", "output")]);
            credit.Add(row.CreditMicros, tags);
            cost.Add(row.CostMicroYuan, tags);
        }
        if (row is { Stream: true, FirstTokenAt: { } first })
            firstChunks.Record((first - row.StartedAt).TotalSeconds, tags);
        if (error is not null)
            tags.Add("error.type", error);
        durations.Record((at - row.StartedAt).TotalSeconds, tags);
    }

    /// <summary>
    /// The conventions count what was read from and written to a cache as input, and reasoning as output.
    /// </summary>
    private static long InputOf(TokenUsage usage) => usage.Input + usage.Cached + usage.CacheWrite;

    private static long OutputOf(TokenUsage usage) => usage.Output + usage.Reasoning;

    private static string OperationOf(Call call) => call.Request.Kind == CallKind.Embeddings ? "embeddings" : "chat";
}
