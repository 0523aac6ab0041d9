using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// What every call below /v1 has in common: a slot of the user, the key, the body, the headers of the receipt, refusals
/// in the shape of the path, and a stream whose refusals keep their status until its first part.
/// </summary>
internal sealed class CallFrame(
    ILlm llm,
    RunningCalls running,
    LeftCalls left,
    PresentCalls present,
    TimeProvider time,
    IOptions<GatewayOptions> options,
    ILogger<CallFrame> logger
)
{
    public const string EventIdHeader = "x-smartflow-event-id";
    public const string CreditHeader = "x-smartflow-credit-micros";
    public const string ReplayedHeader = "x-smartflow-replayed";

    /// <summary>Asks for a shorter answer instead of a refusal where the Credit covers one: true or false.</summary>
    public const string AdaptHeader = "x-smartflow-adapt-output";

    /// <summary>Tokens of each answer at most, where fewer than asked for were admitted.</summary>
    public const string OutputLimitHeader = "x-smartflow-output-limit";

    /// <summary>Runs one call.</summary>
    /// <param name="context">The request.</param>
    /// <param name="call">True: nobody reads the body any more. Else the model service may, and it is left to the
    /// collector.</param>
    public async Task RunAsync(HttpContext context, Func<HttpContext, BillingContext, RequestBody, Task<bool>> call)
    {
        try
        {
            var userId = context.User.UserId();
            using var slot = running.Enter(userId);
            var key = CallKey.Of(context.Request);
            context.Response.Headers[EventIdHeader] = key ?? CallKey.New(time);
            var adapts = CallKey.Flag(context.Request, AdaptHeader);
            var joins = key is null && left.Takes(context.Request);
            if (RequestBody.IsLarge(context.Request))
                await CheckCreditAsync(context, userId, key, joins);
            var body = await RequestBody.ReadAsync(context, options.Value);
            var apiKey = context.User.ApiKey();
            var billing = new BillingContext(
                userId,
                context.Response.Headers[EventIdHeader]!,
                Scenes.GatewayOpenAi,
                context.TraceIdentifier,
                "",
                "",
                SkipCharge: false,
                apiKey?.KeyId ?? 0,
                CapsOf(apiKey),
                adapts
            );
            SilenceAnswers.LeaveAlone(context);
            var unread = joins ? await JoinAsync(context, billing, body, call) : await call(context, billing, body);
            if (unread)
                body.GiveBack();
        }
        catch (RefusedException refusal) when (!context.Response.HasStarted)
        {
            await Refusals.WriteAsync(context, refusal);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; the model service drains and charges by its policy.
        }
    }

    /// <summary>
    /// Nobody who can be admitted to nothing is given room for a large body, but for a repeat that is free.
    /// </summary>
    private async Task CheckCreditAsync(HttpContext context, ulong userId, string? key, bool joins)
    {
        try
        {
            await llm.CheckCreditAsync(
                new CheckCreditRequest { UserId = userId, EventId = key ?? "" },
                context.RequestAborted
            );
        }
        catch (RefusedException) when (joins && left.AnyOf(userId))
        {
            // It may join one that is paid for.
        }
    }

    /// <summary>
    /// A call without a key: the one that its client left and repeats by itself, or a call of its own.
    /// </summary>
    private async Task<bool> JoinAsync(
        HttpContext context,
        BillingContext billing,
        RequestBody body,
        Func<HttpContext, BillingContext, RequestBody, Task<bool>> call
    )
    {
        var own = billing;
        // Gone only after what follows has noted that its client left.
        using var here = present.Enter(context.Request, billing.UserId, billing.ApiKeyId, body.Bytes);
        try
        {
            var joined = await FindAsync();
            if (joined is null && await present.WaitForOthersAsync(here, context.RequestAborted))
                joined = await FindAsync();
            if (joined is null)
                return await call(context, billing, body);
            context.Response.Headers[EventIdHeader] = joined;
            billing = billing with { EventId = joined };
            try
            {
                return await call(context, billing, body);
            }
            catch (RefusedException gone)
                when (!context.Response.HasStarted
                    && (gone.Code == ErrorCodes.ResultExpired || gone.Code == ErrorCodes.OutcomeSettled)
                )
            {
                // It broke off in the meantime: there is no answer to have from it.
                context.Response.Headers[EventIdHeader] = own.EventId;
                billing = own;
                return await call(context, own, body);
            }
        }
        finally
        {
            if (context.RequestAborted.IsCancellationRequested)
                left.Add(billing.EventId, context.Request, billing.UserId, billing.ApiKeyId, body.Bytes.Span);
        }

        ValueTask<string?> FindAsync() =>
            left.JoinAsync(context.Request, own.UserId, own.ApiKeyId, body.Bytes, context.RequestAborted);
    }

    private static ApiKeyCaps? CapsOf(ApiKeyOwner? key) =>
        key
            is null
                or { RequestsPerMinute: null, CreditMicrosPerDay: null, CreditMicrosPerMonth: null, Models.Count: 0 }
            ? null
            : new(key.RequestsPerMinute, key.CreditMicrosPerDay, key.CreditMicrosPerMonth, key.Models);

    /// <summary>A whole answer as JSON.</summary>
    public static async Task AnswerAsync(HttpContext context, CallReceipt receipt, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        Describe(response, receipt);
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <returns>The stream ended as it should.</returns>
    public async Task<bool> StreamAsync(
        HttpContext context,
        string eventId,
        IAsyncEnumerable<StreamTextResponse> answer,
        IStreamForm form
    )
    {
        await using var parts = answer.GetAsyncEnumerator(context.RequestAborted);
        using var stream = new EventStream(context.Response, options.Value, time);
        CallReceipt? receipt = null;
        try
        {
            while (await stream.AdvanceAsync(parts))
                switch (parts.Current.PartCase)
                {
                    case StreamTextResponse.PartOneofCase.Begun:
                        stream.BeginSoon();
                        break;
                    // Before the first chunk, so that the headers can say so.
                    case StreamTextResponse.PartOneofCase.Adaptation when !stream.Begun:
                        Describe(context.Response, parts.Current.Adaptation.OutputLimit);
                        break;
                    case StreamTextResponse.PartOneofCase.Receipt:
                        receipt = parts.Current.Receipt;
                        if (!stream.Begun)
                            Describe(context.Response, receipt);
                        break;
                    case StreamTextResponse.PartOneofCase.Chunk:
                        stream.Begin();
                        form.Add(stream, parts.Current.Chunk.Span);
                        break;
                }
            if (!stream.Begun)
                throw new RefusedException(ErrorCodes.ProviderFailed, "The model gave no answer.");
            form.End(stream, receipt ?? new CallReceipt { EventId = eventId });
            await stream.FlushAsync();
            return true;
        }
        // Until it begins a refusal still has its own status.
        catch (Exception e)
            when (stream.Begun
                && (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
            )
        {
            if (e is not RefusedException)
                logger.StreamFailed(e, eventId, context.TraceIdentifier);
            form.Fail(
                stream,
                DatabaseFailures.RefusalOf(e)
                    ?? new RefusedException(ErrorCodes.Internal, "The stream failed on our side.")
            );
            await stream.FlushAsync();
            // After an orderly end half an answer would pass for a whole one.
            BrokenAnswers.BreakOff(context);
            return false;
        }
    }

    private static void Describe(HttpResponse response, CallReceipt receipt)
    {
        response.Headers[CreditHeader] = receipt.CreditMicros.ToString(CultureInfo.InvariantCulture);
        if (receipt.Replayed)
            response.Headers[ReplayedHeader] = "true";
        if (receipt.AdaptedOutputLimit > 0)
            Describe(response, receipt.AdaptedOutputLimit);
    }

    private static void Describe(HttpResponse response, long outputLimit) =>
        response.Headers[OutputLimitHeader] = outputLimit.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a surface writes the parts of a streamed answer.</summary>
internal interface IStreamForm
{
    /// <summary>A chunk of the chat completion, or an event of a response.</summary>
    void Add(EventStream stream, ReadOnlySpan<byte> chunk);

    /// <summary>The answer is whole and durable.</summary>
    void End(EventStream stream, CallReceipt receipt);

    /// <summary>It broke off; the status is 200 already.</summary>
    void Fail(EventStream stream, RefusedException refusal);
}

internal static partial class CallFrameLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The stream of call {EventId} failed (request {RequestId})")]
    public static partial void StreamFailed(this ILogger logger, Exception exception, string eventId, string requestId);
}
