using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Tells when a stream goes on beyond its limit so far that it would cost more than its hold. Up to the output limit
/// the hold covers everything, so until then this compares two numbers a chunk.
/// </summary>
internal sealed class HoldWatch
{
    private readonly Call call;
    private readonly AnswerText answer;
    private readonly long inputTokens;
    private readonly int bytesPerToken;
    private long nextLookAt;

    private HoldWatch(Call call, AnswerText answer, LlmOptions options)
    {
        (this.call, this.answer, bytesPerToken) = (call, answer, options.StopBytesPerToken);
        inputTokens = Quote.InputTokensOf(call.Request, options);
        nextLookAt = call.Row.OutputLimit * bytesPerToken;
    }

    /// <summary>Null: nothing has to be watched.</summary>
    public static HoldWatch? Of(Call call, LlmOptions options) =>
        call.Row is { Stream: true, SkipCharge: false }
        && options.StopBytesPerToken > 0
        && call.Answer is AnswerText answer
            ? new HoldWatch(call, answer, options)
            : null;

    /// <summary>What was delivered so far costs more than the hold.</summary>
    public bool IsPassed()
    {
        var bytes = answer.TextBytes - answer.MediaBytes;
        if (bytes > nextLookAt)
        {
            // Beyond the limit the price is looked at seldom: here and whenever a sixteenth more has come.
            nextLookAt = bytes + bytes / 16;
            if (Costs(new TokenUsage(inputTokens, bytes / bytesPerToken)))
                return true;
        }
        return answer.Usage is { } told
            && (told.Output + told.Reasoning > call.Row.OutputLimit || Pricing.PromptTokens(told) > inputTokens)
            && Costs(told);
    }

    /// <summary>The chunk that ends the answer as its output limit would have, also for a repeat.</summary>
    public byte[] End()
    {
        var end = answer.EndChunk("length");
        answer.TryAdd(end);
        return end;
    }

    private bool Costs(TokenUsage usage)
    {
        try
        {
            return Pricing.CreditMicros(usage, call.Row.Images, call.Priced.Price) > call.Row.HoldMicros;
        }
        catch (OverflowException)
        {
            return true;
        }
    }
}
