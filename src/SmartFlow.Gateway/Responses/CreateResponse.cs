using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Gateway.Responses;

/// <summary>
/// POST /v1/responses: OpenAI's Responses API over the same calls as chat completions, so that the same key, hold, charge
/// and stored answer hold. Refusals: those of /v1/chat/completions.
/// </summary>
internal sealed class CreateResponse(
    ILlm llm, RunningCalls running, TimeProvider time, IOptions<GatewayOptions> options, ILogger<CreateResponse> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            var userId = context.User.UserId();
            using var slot = running.Enter(userId);
            var key = CallKey.Of(context.Request, time);
            context.Response.Headers[ChatCompletions.EventIdHeader] = key;
            var body = await RequestBody.ReadAsync(context, options.Value);
            var request = ResponseRequest.Parse(body.Bytes.Span);
            body.GiveBack();
            var billing = new BillingContext(
                userId, key, Scenes.GatewayOpenAi, context.TraceIdentifier, "", "", SkipCharge: false, context.User.ApiKeyId());
            if (request.Stream) await StreamAsync(context, billing, request);
            else await AnswerAsync(context, billing, request);
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

    private async Task AnswerAsync(HttpContext context, BillingContext billing, ResponseRequest request)
    {
        var answer = await llm.GenerateTextAsync(billing, request.Chat, context.RequestAborted);
        ChatCompletions.Describe(context.Response, answer.Receipt);
        var completion = JsonNode.Parse(answer.Body.Span)!.AsObject();
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(
            JsonSerializer.SerializeToUtf8Bytes(ResponseObject.Of(request.Asked, completion, answer.Receipt)), context.RequestAborted);
    }

    private async Task StreamAsync(HttpContext context, BillingContext billing, ResponseRequest request)
    {
        await using var parts = llm.StreamTextAsync(billing, request.Chat, context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        // Until the first part a refusal still has its own status.
        if (!await parts.MoveNextAsync()) throw new RefusedException(ErrorCodes.ProviderFailed, "The model gave no answer.");
        var stream = new EventStream(context.Response, options.Value.MaxUnflushedBytes);
        var events = new ResponseEvents(request);
        CallReceipt? receipt = null;
        if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Receipt) ChatCompletions.Describe(context.Response, parts.Current.Receipt);
        stream.Begin();
        try
        {
            do
            {
                if (parts.Current.PartCase == StreamTextResponse.PartOneofCase.Receipt) receipt = parts.Current.Receipt;
                else events.Add(parts.Current.Chunk.Span);
                Write(stream, events);
            }
            while (await stream.AdvanceAsync(parts));
            events.End(receipt ?? new CallReceipt { EventId = billing.EventId });
            Write(stream, events);
            await stream.FlushAsync();
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            if (e is not RefusedException) logger.StreamFailed(e, billing.EventId, context.TraceIdentifier);
            stream.Write(Error(e as RefusedException ?? new RefusedException(ErrorCodes.Internal, "The stream failed on our side.")), "error"u8);
            await stream.FlushAsync();
        }
    }

    private static void Write(EventStream stream, ResponseEvents events)
    {
        while (events.Take() is { } e)
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(e), System.Text.Encoding.UTF8.GetBytes(e["type"]!.GetValue<string>()));
    }

    private static byte[] Error(RefusedException refusal) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["type"] = "error", ["code"] = refusal.Code.Code, ["message"] = refusal.Message, ["param"] = refusal.Errors?.Keys.FirstOrDefault(),
    });
}

internal static class CreateResponseRoutes
{
    public static void MapResponses(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/responses", static (HttpContext context) =>
                context.RequestServices.GetRequiredService<CreateResponse>().HandleAsync(context))
            .RequireAuthorization(Policies.OpenAiClient)
            .WithTags("openai").WithName("CreateResponse");
}
