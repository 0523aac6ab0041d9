using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Messages;

/// <summary>Our estimate of a prompt, the one that stands in for a provider's missing usage.</summary>
internal sealed record TokenCount(long InputTokens);

/// <summary>POST /v1/messages/count_tokens: an estimate; no provider is asked and nothing is charged.</summary>
internal static class CountTokens
{
    public static void MapCountTokens(this IEndpointRouteBuilder routes) =>
        routes
            .MapPost("/v1/messages/count_tokens", HandleAsync)
            .Accepts<JsonObject>(isOptional: true, "application/json")
            .OpenToKeys(ApiKeyScope.Messages)
            .WithMetadata(new ReadsBodyItself())
            .WithTags("anthropic")
            .WithName("CountTokens");

    private static async Task<TokenCount> HandleAsync(
        HttpContext context,
        ILlm llm,
        IOptions<GatewayOptions> options,
        CancellationToken cancellationToken
    )
    {
        var body = await RequestBody.ReadAsync(context, options.Value);
        var request = MessageRequest.Parse(body.Bytes.Span, counting: true);
        body.GiveBack();
        var quote = await llm.QuoteCallAsync(
            new QuoteCallRequest
            {
                UserId = context.User.UserId(),
                Scene = Scenes.GatewayOpenAi,
                Body = UnsafeByteOperations.UnsafeWrap(request.Chat),
            },
            cancellationToken
        );
        return new TokenCount(quote.LikelyInputTokens);
    }
}
