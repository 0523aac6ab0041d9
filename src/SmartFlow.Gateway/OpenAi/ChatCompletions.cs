using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>POST /v1/chat/completions: the bytes of the request to the model service, the bytes of its answer back.</summary>
internal sealed class ChatCompletions(
    ILlm llm, RunningCalls running, TimeProvider time, IOptions<GatewayOptions> options, ILogger<ChatCompletions> logger)
{
    public const string EventIdHeader = "x-smartflow-event-id";
    public const string CreditHeader = "x-smartflow-credit-micros";
    public const string ReplayedHeader = "x-smartflow-replayed";

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            var userId = context.User.UserId();
            using var slot = running.Enter(userId);
            var key = CallKey.Of(context.Request, time);
            context.Response.Headers[EventIdHeader] = key;
            var body = await RequestBody.ReadAsync(context, options.Value);
            var billing = new BillingContext(
                userId, key, Scenes.GatewayOpenAi, context.TraceIdentifier, "", "", SkipCharge: false, context.User.ApiKeyId());
            var whole = StreamFlag.Of(body.Bytes.Span)
                ? await StreamAsync(context, billing, body.Bytes)
                : await AnswerAsync(context, billing, body.Bytes);
            // After anything else the model service may still be reading it: then it is left to the collector.
            if (whole) body.GiveBack();
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

    private async Task<bool> AnswerAsync(HttpContext context, BillingContext billing, ReadOnlyMemory<byte> body)
    {
        var answer = await llm.GenerateTextAsync(billing, body, context.RequestAborted);
        var response = context.Response;
        Describe(response, answer.Receipt);
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body.Memory, context.RequestAborted);
        return true;
    }

    /// <returns>The stream ended as it should.</returns>
    private async Task<bool> StreamAsync(HttpContext context, BillingContext billing, ReadOnlyMemory<byte> body)
    {
        await using var parts = llm.StreamTextAsync(billing, body, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        // Until the first part a refusal still has its own status.
        if (!await parts.MoveNextAsync()) throw new RefusedException(ErrorCodes.ProviderFailed, "The model gave no answer.");
        var stream = new EventStream(context.Response, options.Value.MaxUnflushedBytes);
        // A stored answer begins with its receipt, so that the headers can say so.
        if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Receipt) Describe(context.Response, parts.Current.Receipt);
        stream.Begin();
        try
        {
            do
            {
                if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Chunk) stream.Write(parts.Current.Chunk.Span);
            }
            while (await stream.AdvanceAsync(parts));
            await stream.EndAsync("[DONE]"u8.ToArray());
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            if (e is not RefusedException) logger.StreamFailed(e, billing.EventId, context.TraceIdentifier);
            await stream.EndAsync(OpenAiErrors.Write(e as RefusedException ?? new RefusedException(ErrorCodes.Internal, "The stream failed on our side.")));
            return false;
        }
    }

    public static void Describe(HttpResponse response, CallReceipt receipt)
    {
        response.Headers[CreditHeader] = receipt.CreditMicros.ToString(CultureInfo.InvariantCulture);
        if (receipt.Replayed) response.Headers[ReplayedHeader] = "true";
    }
}

internal static class ChatCompletionsRoutes
{
    public static void MapChatCompletions(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/chat/completions", static (HttpContext context) =>
                context.RequestServices.GetRequiredService<ChatCompletions>().HandleAsync(context))
            .RequireAuthorization(Policies.OpenAiClient)
            .WithTags("openai").WithName("CreateChatCompletion");
}

internal static partial class ChatCompletionsLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "The stream of call {EventId} failed (request {RequestId})")]
    public static partial void StreamFailed(this ILogger logger, Exception exception, string eventId, string requestId);
}
