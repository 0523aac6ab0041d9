using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// What every call below /v1 has in common: a slot of the user, the key, the body, the headers of the receipt, refusals
/// in the shape of the path, and a stream whose refusals keep their status until its first part.
/// </summary>
internal sealed class CallFrame(RunningCalls running, TimeProvider time, IOptions<GatewayOptions> options, ILogger<CallFrame> logger)
{
    public const string EventIdHeader = "x-smartflow-event-id";
    public const string CreditHeader = "x-smartflow-credit-micros";
    public const string ReplayedHeader = "x-smartflow-replayed";

    /// <summary>Asks for a shorter answer instead of a refusal where the Credit covers one: true or false.</summary>
    public const string AdaptHeader = "x-smartflow-adapt-output";

    /// <summary>Tokens of each answer at most, where fewer than asked for were admitted.</summary>
    public const string OutputLimitHeader = "x-smartflow-output-limit";

    /// <summary>Runs one call. The body is the callee's, to be given back once nobody reads it.</summary>
    public async Task RunAsync(HttpContext context, Func<HttpContext, BillingContext, RequestBody, Task> call)
    {
        try
        {
            var userId = context.User.UserId();
            using var slot = running.Enter(userId);
            var key = CallKey.Of(context.Request, time);
            context.Response.Headers[EventIdHeader] = key;
            var body = await RequestBody.ReadAsync(context, options.Value);
            var apiKey = context.User.ApiKey();
            var billing = new BillingContext(
                userId, key, Scenes.GatewayOpenAi, context.TraceIdentifier, "", "", SkipCharge: false, apiKey?.KeyId ?? 0, CapsOf(apiKey),
                Adapts(context.Request));
            await call(context, billing, body);
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

    /// <exception cref="RefusedException">invalid_argument: neither true nor false.</exception>
    private static bool Adapts(HttpRequest request) =>
        request.Headers[AdaptHeader] is { Count: > 0 } given
        && (bool.TryParse(given, out var adapts) ? adapts : throw RefusedException.Field(AdaptHeader, "must be true or false"));

    private static ApiKeyCaps? CapsOf(ApiKeyOwner? key) =>
        key is null or { RequestsPerMinute: null, CreditMicrosPerDay: null, CreditMicrosPerMonth: null, Models.Count: 0 }
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
        HttpContext context, string eventId, IAsyncEnumerable<StreamTextResponse> answer, IStreamForm form)
    {
        await using var parts = answer.GetAsyncEnumerator(context.RequestAborted);
        // Until the first part a refusal still has its own status.
        if (!await parts.MoveNextAsync()) throw new RefusedException(ErrorCodes.ProviderFailed, "The model gave no answer.");
        var stream = new EventStream(context.Response, options.Value.MaxUnflushedBytes);
        CallReceipt? receipt = null;
        // A stored answer begins with its receipt, so that the headers can say so.
        if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Receipt) Describe(context.Response, parts.Current.Receipt);
        if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Adaptation) Describe(context.Response, parts.Current.Adaptation.OutputLimit);
        stream.Begin();
        try
        {
            do
            {
                if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Chunk) form.Add(stream, parts.Current.Chunk.Span);
                else if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Receipt) receipt = parts.Current.Receipt;
            }
            while (await stream.AdvanceAsync(parts));
            form.End(stream, receipt ?? new CallReceipt { EventId = eventId });
            await stream.FlushAsync();
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            if (e is not RefusedException) logger.StreamFailed(e, eventId, context.TraceIdentifier);
            form.Fail(stream, e as RefusedException ?? new RefusedException(ErrorCodes.Internal, "The stream failed on our side."));
            await stream.FlushAsync();
            return false;
        }
    }

    private static void Describe(HttpResponse response, CallReceipt receipt)
    {
        response.Headers[CreditHeader] = receipt.CreditMicros.ToString(CultureInfo.InvariantCulture);
        if (receipt.Replayed) response.Headers[ReplayedHeader] = "true";
        if (receipt.AdaptedOutputLimit > 0) Describe(response, receipt.AdaptedOutputLimit);
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
