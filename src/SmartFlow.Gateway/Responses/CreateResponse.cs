using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Responses;

/// <summary>
/// POST /v1/responses: OpenAI's Responses API over the same calls as chat completions, so that the same key, hold, charge
/// and stored answer hold. Refusals: those of /v1/chat/completions.
/// </summary>
internal sealed class CreateResponse(ILlm llm, CallFrame frame)
{
    public Task HandleAsync(HttpContext context) => frame.RunAsync(context, CallAsync);

    private async Task CallAsync(HttpContext context, BillingContext billing, RequestBody body)
    {
        var request = ResponseRequest.Parse(body.Bytes.Span);
        body.GiveBack();
        if (request.Stream)
        {
            await frame.StreamAsync(
                context, billing.EventId, llm.StreamTextAsync(billing, request.Chat, context.RequestAborted), new ResponseForm(request));
            return;
        }
        var answer = await llm.GenerateTextAsync(billing, request.Chat, context.RequestAborted);
        var completion = JsonNode.Parse(answer.Body.Span)!.AsObject();
        await CallFrame.AnswerAsync(
            context, answer.Receipt, JsonSerializer.SerializeToUtf8Bytes(ResponseObject.Of(request.Asked, completion, answer.Receipt)));
    }

    private sealed class ResponseForm(ResponseRequest request) : IStreamForm
    {
        private readonly ResponseEvents events = new(request);

        public void Add(EventStream stream, ReadOnlySpan<byte> chunk)
        {
            events.Add(chunk);
            Write(stream);
        }

        public void End(EventStream stream, CallReceipt receipt)
        {
            events.End(receipt);
            Write(stream);
        }

        public void Fail(EventStream stream, RefusedException refusal) => stream.Write(
            JsonSerializer.SerializeToUtf8Bytes(new JsonObject
            {
                ["type"] = "error", ["code"] = refusal.Code.Code, ["message"] = refusal.Message, ["param"] = refusal.Errors?.Keys.FirstOrDefault(),
            }),
            "error"u8);

        private void Write(EventStream stream)
        {
            while (events.Take() is { } e)
                stream.Write(JsonSerializer.SerializeToUtf8Bytes(e), System.Text.Encoding.UTF8.GetBytes(e["type"]!.GetValue<string>()));
        }
    }
}

internal static class CreateResponseRoutes
{
    public static void MapResponses(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/responses", static (HttpContext context) =>
                context.RequestServices.GetRequiredService<CreateResponse>().HandleAsync(context))
            .RequireAuthorization(Policies.OpenAiClient).WithMetadata(new ApiKeyScope(ApiKeyScope.Responses))
            .WithTags("openai").WithName("CreateResponse")
            .Describe<CreateResponseRequest, ResponseAnswer>("A response, plain or as a stream of events. Nothing is stored between requests.");
}
