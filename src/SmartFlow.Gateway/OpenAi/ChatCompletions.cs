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
/// POST /v1/chat/completions: what official OpenAI clients send works unchanged; bytes pass through both ways.
/// Refusals: those of the model service, rate_limited (too many calls of the user at once), payload_too_large,
/// invalid_argument.
/// </summary>
internal sealed class ChatCompletions(ILlm llm, CallFrame frame)
{
    public Task HandleAsync(HttpContext context) => frame.RunAsync(context, CallAsync);

    private async Task<bool> CallAsync(HttpContext context, BillingContext billing, RequestBody body)
    {
        if (StreamFlag.Of(body.Bytes.Span))
            return await frame.StreamAsync(
                context,
                billing.EventId,
                llm.StreamTextAsync(billing, body.Bytes, context.RequestAborted),
                ChunkForm.Instance
            );
        var answer = await llm.GenerateTextAsync(billing, body.Bytes, context.RequestAborted);
        await CallFrame.AnswerAsync(context, answer.Receipt, answer.Body.Memory);
        return true;
    }

    /// <summary>Chunks as they are.</summary>
    private sealed class ChunkForm : IStreamForm
    {
        public static readonly ChunkForm Instance = new();

        public void Add(EventStream stream, ReadOnlySpan<byte> chunk) => stream.Write(chunk);

        public void End(EventStream stream, CallReceipt receipt) => stream.Write("[DONE]"u8);

        public void Fail(EventStream stream, RefusedException refusal) => stream.Write(OpenAiErrors.Write(refusal));
    }
}

internal static class ChatCompletionsRoutes
{
    public static void MapChatCompletions(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/chat/completions", static (HttpContext context) =>
                context.RequestServices.GetRequiredService<ChatCompletions>().HandleAsync(context)
            )
            .OpenToKeys(ApiKeyScope.Chat)
            .WithMetadata(new ReadsBodyItself())
            .WithTags("openai")
            .WithName("CreateChatCompletion")
            .Describe<ChatCompletionRequest, ChatCompletionAnswer>(
                "A chat completion, plain or as a stream of chunks."
            );
}
