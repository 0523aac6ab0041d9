using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// POST /v1/messages: Anthropic's messages API over the same calls as chat completions, whoever answers, so that the
/// same key, hold, charge and stored answer hold. Refusals: those of /v1/chat/completions, in Anthropic's shape.
/// </summary>
internal sealed class CreateMessage(ILlm llm, CallFrame frame)
{
    public Task HandleAsync(HttpContext context) => frame.RunAsync(context, CallAsync);

    private async Task<bool> CallAsync(HttpContext context, BillingContext billing, RequestBody body)
    {
        var request = MessageRequest.Parse(body.Bytes.Span);
        var token = AnswerIds.Of(billing.UserId, billing.EventId);
        if (request.Stream)
        {
            var form = new MessageForm(token);
            var parts = llm.StreamTextAsync(billing, request.Chat, context.RequestAborted);
            await frame.StreamAsync(context, billing.EventId, form.Listen(parts), form);
            return true;
        }
        var answer = await llm.GenerateTextAsync(billing, request.Chat, context.RequestAborted);
        var message = MessageObject.Of(answer.Body.Memory, answer.Receipt, token);
        await CallFrame.AnswerAsync(context, answer.Receipt, JsonSerializer.SerializeToUtf8Bytes(message));
        return true;
    }

    private sealed class MessageForm(string token) : IStreamForm
    {
        private readonly MessageEvents events = new(token);

        /// <summary>
        /// The parts but for the estimate, which is no part of an answer; a stored answer begins with what it used.
        /// </summary>
        public async IAsyncEnumerable<StreamTextResponse> Listen(IAsyncEnumerable<StreamTextResponse> parts)
        {
            await foreach (var part in parts)
                if (part.PartCase == StreamTextResponse.PartOneofCase.Estimate)
                    events.Expected = new TokenUsageMessage { Input = part.Estimate.LikelyInputTokens };
                else
                {
                    if (part.PartCase == StreamTextResponse.PartOneofCase.Receipt && part.Receipt.Usage is { } used)
                        events.Expected = new TokenUsageMessage
                        {
                            Input = used.Input,
                            Cached = used.Cached,
                            CacheWrite = used.CacheWrite,
                        };
                    yield return part;
                }
        }

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

        public void Fail(EventStream stream, RefusedException refusal) =>
            stream.Write(MessageErrors.Write(refusal), "error"u8);

        private void Write(EventStream stream)
        {
            while (events.Take() is { } e)
                stream.Write(
                    JsonSerializer.SerializeToUtf8Bytes(e),
                    Encoding.UTF8.GetBytes(e["type"]!.GetValue<string>())
                );
        }
    }
}

internal static class CreateMessageRoutes
{
    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost("/v1/messages", static (HttpContext context) =>
                context.RequestServices.GetRequiredService<CreateMessage>().HandleAsync(context)
            )
            .OpenToKeys(ApiKeyScope.Messages)
            .WithMetadata(new ReadsBodyItself())
            .WithTags("anthropic")
            .WithName("CreateMessage")
            .Describe<CreateMessageRequest, MessageAnswer>(
                "A message in Anthropic's form, plain or as a stream of events."
            );
        routes.MapCountTokens();
    }
}
