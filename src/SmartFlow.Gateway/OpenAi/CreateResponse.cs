using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// POST /v1/responses: OpenAI's Responses API over the same calls as chat completions, so that the same key, hold,
/// charge and stored answer hold. Refusals: those of /v1/chat/completions.
/// </summary>
internal sealed class CreateResponse(ILlm llm, CallFrame frame)
{
    public Task HandleAsync(HttpContext context) => frame.RunAsync(context, CallAsync);

    private async Task<bool> CallAsync(HttpContext context, BillingContext billing, RequestBody body)
    {
        if (StreamFlag.Of(body.Bytes.Span))
            return await frame.StreamAsync(
                context,
                billing.EventId,
                llm.StreamResponsesTextAsync(billing, body.Bytes, context.RequestAborted),
                new EventForm()
            );
        var answer = await llm.GenerateResponsesTextAsync(billing, body.Bytes, context.RequestAborted);
        await CallFrame.AnswerAsync(context, answer.Receipt, answer.Body.Memory);
        return true;
    }

    /// <summary>Events as they are, each under its type.</summary>
    private sealed class EventForm : IStreamForm
    {
        private int sequence;

        public void Add(EventStream stream, ReadOnlySpan<byte> chunk)
        {
            sequence++;
            var reader = new Utf8JsonReader(chunk);
            reader.Read();
            while (reader.Read() && !reader.ValueTextEquals("type"u8))
                reader.Skip();
            reader.Read();
            stream.Write(chunk, reader.ValueSpan);
        }

        public void End(EventStream stream, CallReceipt receipt)
        {
            // The last event was the end.
        }

        public void Fail(EventStream stream, RefusedException refusal) =>
            stream.Write(
                JsonSerializer.SerializeToUtf8Bytes(
                    new JsonObject
                    {
                        ["type"] = "error",
                        ["code"] = refusal.Code.Code,
                        ["message"] = refusal.Message,
                        ["param"] = refusal.Errors?.Keys.FirstOrDefault(),
                        ["sequence_number"] = sequence,
                    }
                ),
                "error"u8
            );
    }
}

internal static class CreateResponseRoutes
{
    public static void MapResponses(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/v1/responses", static (HttpContext context) =>
                context.RequestServices.GetRequiredService<CreateResponse>().HandleAsync(context)
            )
            .OpenToKeys(ApiKeyScope.Responses)
            .WithMetadata(new ReadsBodyItself())
            .WithTags("openai")
            .WithName("CreateResponse")
            .Describe<CreateResponseRequest, ResponseAnswer>(
                "A response, plain or as a stream of events. Unless store is false it is kept for later requests."
            );
        routes.MapKeptResponses();
    }
}
