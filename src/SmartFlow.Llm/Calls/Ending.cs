using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Llm.Calls;

/// <summary>Ends calls: what they used, what that costs, and the one transaction that journals both.</summary>
internal sealed partial class Ending(
    Journal journal,
    Unwritten unwritten,
    ICreditLedger ledger,
    CallTelemetry telemetry,
    IOptions<LlmOptions> options,
    TimeProvider time,
    ILogger<Ending> logger
)
{
    private static readonly ChargePolicy DefaultPolicy = new();
    private readonly ProviderText text = new(options.Value);
    private readonly Tally aboveHold = new(time);
    private readonly Tallies<(string Provider, FailureKind Kind)> failures = new(time);

    /// <summary>The provider delivered, wholly or in part: durable when it returns.</summary>
    public async Task<CallReceipt> CompleteAsync(Call call, string outcome)
    {
        var policy = PolicyOf(call.Row.Scene);
        var charging =
            outcome == Outcomes.ClientGone ? policy.Aborted
            : outcome == Outcomes.Completed && call.Answer.Empty ? policy.Empty
            : Charging.Charge;
        return await FinishAsync(call, outcome, charging);
    }

    /// <summary>The provider failed before any output. The refusal to give to the caller.</summary>
    public async Task<RefusedException> FailAsync(Call call, ProviderException failure)
    {
        var policy = PolicyOf(call.Row.Scene);
        var (outcome, charging) =
            failure.Kind == FailureKind.TimedOut
                ? (Outcomes.TimedOut, policy.TimedOut)
                : (Outcomes.ProviderFailed, policy.Failed);
        // What the provider says that it used is no guess.
        if (charging == Charging.Free && failure.Billed && call.Answer.Told.Any)
            charging = Charging.Charge;
        // Whatever the policy: nothing is charged that was never sent.
        if (call.Row.SentAt is null)
            charging = Charging.Free;
        if (failures.Add((call.Priced.Provider, failure.Kind)) is > 0 and var count)
            Log.Failed(
                logger,
                count,
                call.Priced.Provider,
                failure.Kind,
                call.Row.Scene,
                call.Priced.Model,
                failure.Status
            );
        if (charging != Charging.Free)
            await FinishAsync(call, outcome, charging, failure.Kind);
        else
            await ForgiveAsync(call, outcome, failure.Kind);
        return RefusalOf(failure);
    }

    /// <summary>
    /// We did not send it ourselves: the hold goes back, unless the row is another process's or may have been sent
    /// before.
    /// </summary>
    public async Task UnsentAsync(Call call)
    {
        if (!call.IsTakenAway && call.Row.SentAt is null)
            await ForgiveAsync(call, Outcomes.ProviderFailed, null);
        else
            telemetry.Ended(call, Outcomes.Unknown, null, time.GetUtcNow(), null);
    }

    /// <summary>What the caller is told.</summary>
    public RefusedException RefusalOf(ProviderException failure) => Failures.ToRefusal(failure, text.Clean);

    /// <summary>Nothing is charged: the hold goes back and the key may be used again.</summary>
    private async Task ForgiveAsync(Call call, string outcome, FailureKind? why)
    {
        telemetry.Ended(call, outcome, null, time.GetUtcNow(), why?.ToString());
        if (call.TakenOver)
        {
            // The earlier process's request may have been served: an estimate settles it, unless a repeat succeeds.
            await EndAsync(
                call.Row,
                new Suspend(call.Row, time.GetUtcNow().AddSeconds(options.Value.SuspenseGraceSeconds))
            );
            return;
        }
        // In this order: once it has failed a repeat may begin, with a hold of its own under the same key.
        await ReleaseAsync(call.Row);
        await EndAsync(call.Row, new Fail(call.Row, outcome, call.AttemptsJson));
    }

    /// <summary>Gives the hold back; where that fails the hold expires by itself.</summary>
    public async Task ReleaseAsync(LlmCall row)
    {
        if (row.SkipCharge)
            return;
        try
        {
            await ledger.ReleaseAsync(new ReleaseRequest { Key = KeyOf(row) }, CancellationToken.None);
        }
        catch (Exception e)
        {
            Log.NotReleased(logger, e, row.EventId);
        }
    }

    /// <summary>An outcome that nobody knows: one estimated expense, which also gives the hold back.</summary>
    public Task SettleUnknownAsync(LlmCall row)
    {
        var priced = Quote.Thaw(row.Candidates)[row.Candidate];
        var usage = new TokenUsage(
            EstimateInput(row),
            Math.Min(row.OutputLimit, options.Value.SuspenseOutputTokens),
            Estimated: true
        );
        return WriteAsync(row, CallState.Settled, Outcomes.Unknown, usage, priced, result: null, traceparent: "");
    }

    public static CallKey KeyOf(LlmCall row) => new() { UserId = (ulong)row.UserId, EventId = row.EventId };

    private async Task<CallReceipt> FinishAsync(Call call, string outcome, Charging charging, FailureKind? why = null)
    {
        var usage = UsageOf(call, outcome);
        if (!HasCost(usage, call))
        {
            Log.Absurd(logger, call.Row.EventId, call.Priced.Provider, usage.Total);
            usage = Estimate(call);
        }
        if (charging == Charging.InputOnly)
            usage = usage with { Output = 0, Reasoning = 0 };
        if (charging == Charging.Free)
        {
            await ForgiveAsync(call, outcome, why);
            return new CallReceipt
            {
                EventId = call.Row.EventId,
                Outcome = outcome,
                Usage = Message(usage),
            };
        }
        call.Row.Attempts = call.AttemptsJson;
        var whole = outcome == Outcomes.Completed || call.Answer.Finished;
        FaultPoint.Reach("call.finishing");
        var result = whole ? call.Answer.ToStored()?.Completion.ToArray() : null;
        try
        {
            await WriteAsync(
                call.Row,
                CallState.Finished,
                outcome,
                usage,
                call.Priced,
                result,
                Tracing.Traceparent(call.Span),
                charging
            );
        }
        finally
        {
            telemetry.Ended(call, outcome, usage, time.GetUtcNow(), why?.ToString());
        }
        FaultPoint.Reach("call.finished");
        return Receipt(call.Row, call.Priced, usage);
    }

    private async Task WriteAsync(
        LlmCall row,
        string state,
        string outcome,
        TokenUsage usage,
        Priced priced,
        byte[]? result,
        string traceparent,
        Charging charging = Charging.Charge
    )
    {
        var now = time.GetUtcNow();
        (row.State, row.Outcome, row.FinishedAt, row.Estimated) = (state, outcome, now, usage.Estimated);
        (row.InputTokens, row.OutputTokens, row.CachedTokens) = (usage.Input, usage.Output, usage.Cached);
        (row.CacheWriteTokens, row.ReasoningTokens) = (usage.CacheWrite, usage.Reasoning);
        row.CostMicroYuan = Pricing.CostMicroYuan(usage, row.Images, priced.Price);
        row.CreditMicros = row.SkipCharge ? 0 : Pricing.CreditMicros(usage, row.Images, priced.Price);
        if (row.CreditMicros > row.HoldMicros && !row.SkipCharge)
        {
            telemetry.HoldExceeded(row);
            if (aboveHold.Add() is > 0 and var count)
                Log.AboveHold(logger, count, row.EventId, row.CreditMicros, row.HoldMicros);
        }
        var charge = row.SkipCharge ? null : EventJson.Write(ChargeOf(row, priced, charging));
        await EndAsync(
            row,
            new Finish(row, result, now.AddHours(options.Value.ResultHours), charge) { Traceparent = traceparent }
        );
    }

    /// <summary>
    /// Tries once more to write what the journal did not take, until the first that it still does not take.
    /// </summary>
    public async Task WriteUnwrittenAsync(CancellationToken cancellationToken)
    {
        foreach (var kept in unwritten.All)
        {
            cancellationToken.ThrowIfCancellationRequested();
            kept.Attempts++;
            try
            {
                await journal.WriteAsync(kept.End);
            }
            catch (Exception e)
            {
                Log.NotWritten(logger, e, kept.Row.EventId, true);
                return;
            }
            unwritten.Remove(kept);
            Log.WrittenLate(logger, kept.Row.EventId);
        }
    }

    /// <exception cref="RefusedException">unavailable: the journal does not take it now.</exception>
    private async Task EndAsync(LlmCall row, JournalCommand end)
    {
        try
        {
            await journal.WriteAsync(end);
        }
        catch (Exception e)
        {
            Log.NotWritten(logger, e, row.EventId, unwritten.TryKeep(row, end));
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "The call's end could not be recorded. Repeat it with the same key: it is not made twice.",
                retryAfter: TimeSpan.FromSeconds(5)
            );
        }
    }

    /// <summary>What the provider told, completed by what we estimate.</summary>
    private TokenUsage UsageOf(Call call, string outcome)
    {
        var answer = call.Answer;
        var ended = outcome switch
        {
            Outcomes.Completed => true,
            // Its end is of our making.
            Outcomes.StoppedAtHold => false,
            _ => answer.IsTold,
        };
        return UsedTokens.Of(answer.Told, Estimate(call), ended, ended && answer.IsCounted, answer.Empty);
    }

    private TokenUsage Estimate(Call call)
    {
        var output = Tokens(call.Answer.TextBytes, options.Value);
        return new TokenUsage(EstimateInput(call.Row), Math.Min(output, call.Row.OutputLimit), Estimated: true);
    }

    /// <summary>
    /// Counts so large that their cost fits no ledger are noise, not tokens: then ours stand in for them.
    /// </summary>
    private static bool HasCost(TokenUsage usage, Call call)
    {
        try
        {
            return Pricing.CreditMicros(usage, call.Row.Images, call.Priced.Price) >= 0;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    /// <summary>What a prompt of this size probably has.</summary>
    public static long EstimateInput(long textBytes, int messages, int images, LlmOptions options) =>
        Tokens(textBytes, options) + messages * 4L + (long)images * options.ImageTokensMax;

    private long EstimateInput(LlmCall row) => EstimateInput(row.TextBytes, row.Messages, row.Images, options.Value);

    private static long Tokens(long bytes, LlmOptions options) =>
        (bytes + options.EstimateBytesPerToken - 1) / options.EstimateBytesPerToken;

    private ChargePolicy PolicyOf(string scene) => options.Value.ChargePolicies.GetValueOrDefault(scene, DefaultPolicy);

    /// <summary>
    /// The charge of a call that has ended, from its row. That only its input was charged stands in no row: the amount
    /// does.
    /// </summary>
    public static CreditChargeRequested ChargeOf(LlmCall row) =>
        ChargeOf(row, Quote.Thaw(row.Candidates)[row.Candidate], Charging.Charge);

    private static CreditChargeRequested ChargeOf(LlmCall row, Priced priced, Charging charging) =>
        new()
        {
            UserId = (ulong)row.UserId,
            EventId = row.EventId,
            Scene = row.Scene,
            ProviderName = priced.Provider,
            ModelName = priced.Model,
            PriceRuleId = priced.Price.RuleId,
            PriceRuleVersion = priced.Price.Version,
            InputTokens = row.InputTokens,
            OutputTokens = row.OutputTokens,
            CachedTokens = row.CachedTokens,
            CacheWriteTokens = row.CacheWriteTokens,
            ReasoningTokens = row.ReasoningTokens,
            Images = row.Images,
            Estimated = row.Estimated,
            CostMicroYuan = row.CostMicroYuan,
            CreditMicros = row.CreditMicros,
            Outcome = row.Outcome,
            ConversationId = row.ConversationId,
            Charging = charging == Charging.InputOnly ? "input_only" : null,
        };

    public static CallReceipt Receipt(LlmCall row, Priced priced, TokenUsage usage, bool replayed = false) =>
        new()
        {
            EventId = row.EventId,
            CreditMicros = row.CreditMicros,
            CostMicroYuan = row.CostMicroYuan,
            Usage = Message(usage),
            Replayed = replayed,
            ProviderName = priced.Provider,
            ModelName = priced.Model,
            Outcome = row.Outcome,
        };

    private static TokenUsageMessage Message(TokenUsage usage) =>
        new()
        {
            Input = usage.Input,
            Output = usage.Output,
            Cached = usage.Cached,
            CacheWrite = usage.CacheWrite,
            Reasoning = usage.Reasoning,
            Estimated = usage.Estimated,
        };

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "{Count} calls of {Provider} failed: {Kind}, the last one {Scene} {Model} {Status}"
        )]
        public static partial void Failed(
            ILogger logger,
            long count,
            string provider,
            FailureKind kind,
            string scene,
            string model,
            int? status
        );

        [LoggerMessage(2, LogLevel.Warning, "The hold of {EventId} could not be given back; it expires by itself")]
        public static partial void NotReleased(ILogger logger, Exception e, string eventId);

        [LoggerMessage(
            3,
            LogLevel.Error,
            "{Count} calls cost more than their holds and were charged in full; the last one, {EventId}, {CreditMicros} micro-credits with a hold of {HoldMicros}"
        )]
        public static partial void AboveHold(
            ILogger logger,
            long count,
            string eventId,
            long creditMicros,
            long holdMicros
        );

        [LoggerMessage(5, LogLevel.Error, "The end of {EventId} could not be written; kept to be tried again: {Kept}")]
        public static partial void NotWritten(ILogger logger, Exception e, string eventId, bool kept);

        [LoggerMessage(6, LogLevel.Warning, "The end of {EventId} is written now")]
        public static partial void WrittenLate(ILogger logger, string eventId);

        [LoggerMessage(
            4,
            LogLevel.Error,
            "{EventId}: {Provider} reported {Tokens} tokens, whose cost no ledger could hold; estimated instead"
        )]
        public static partial void Absurd(ILogger logger, string eventId, string provider, long tokens);
    }
}
