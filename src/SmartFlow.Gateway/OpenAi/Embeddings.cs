using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// POST /v1/embeddings: vectors of texts, paid for by their input. Refusals: those of /v1/chat/completions. A stored
/// answer longer than <c>Llm:ResultBytesMax</c> is not kept: a repeat of its key gets result_expired.
/// </summary>
internal sealed class Embeddings(ILlm llm, CallFrame frame)
{
    public Task HandleAsync(HttpContext context) => frame.RunAsync(context, CallAsync);

    private async Task<bool> CallAsync(HttpContext context, BillingContext billing, RequestBody body)
    {
        var answer = await llm.GenerateEmbeddingsAsync(billing, body.Bytes, context.RequestAborted);
        await CallFrame.AnswerAsync(context, answer.Receipt, answer.Body.Memory);
        return true;
    }
}

internal static class EmbeddingsRoutes
{
    public static void MapEmbeddings(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/embeddings", static (HttpContext context) =>
                context.RequestServices.GetRequiredService<Embeddings>().HandleAsync(context)
            )
            .OpenToKeys(ApiKeyScope.Embeddings)
            .WithMetadata(new ReadsBodyItself())
            .WithTags("openai")
            .WithName("CreateEmbeddings")
            .Describe<EmbeddingsRequest, EmbeddingsAnswer>("Vectors of texts.");
}
