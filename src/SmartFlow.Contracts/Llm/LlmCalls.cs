using Google.Protobuf;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Contracts.Llm;

/// <summary>
/// Calls of the outlet for a billing context and a body, which must not be changed or reused afterwards.
/// </summary>
public static class LlmCalls
{
    public static Task<GenerateTextResponse> GenerateTextAsync(
        this ILlm llm,
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) => llm.GenerateTextAsync(new GenerateTextRequest { Billing = Of(billing), Body = Of(body) }, cancellationToken);

    public static IAsyncEnumerable<StreamTextResponse> StreamTextAsync(
        this ILlm llm,
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) => llm.StreamTextAsync(new StreamTextRequest { Billing = Of(billing), Body = Of(body) }, cancellationToken);

    public static Task<GenerateResponsesTextResponse> GenerateResponsesTextAsync(
        this ILlm llm,
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) =>
        llm.GenerateResponsesTextAsync(
            new GenerateResponsesTextRequest { Billing = Of(billing), Body = Of(body) },
            cancellationToken
        );

    public static IAsyncEnumerable<StreamTextResponse> StreamResponsesTextAsync(
        this ILlm llm,
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) =>
        llm.StreamResponsesTextAsync(
            new GenerateResponsesTextRequest { Billing = Of(billing), Body = Of(body) },
            cancellationToken
        );

    public static Task<GenerateEmbeddingsResponse> GenerateEmbeddingsAsync(
        this ILlm llm,
        BillingContext billing,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    ) =>
        llm.GenerateEmbeddingsAsync(
            new GenerateEmbeddingsRequest { Billing = Of(billing), Body = Of(body) },
            cancellationToken
        );

    private static ByteString Of(ReadOnlyMemory<byte> body) => UnsafeByteOperations.UnsafeWrap(body);

    private static BillingContextMessage Of(BillingContext billing) =>
        new()
        {
            UserId = billing.UserId,
            EventId = billing.EventId,
            Scene = billing.Scene,
            RequestId = billing.RequestId,
            ConversationId = billing.ConversationId,
            ModelAlias = billing.ModelAlias,
            SkipCharge = billing.SkipCharge,
            ApiKeyId = billing.ApiKeyId,
            AdaptOutput = billing.AdaptOutput,
            Caps = billing.Caps is { } caps ? Of(caps) : null,
        };

    private static ApiKeyCapsMessage Of(ApiKeyCaps caps)
    {
        var message = new ApiKeyCapsMessage { Models = { caps.Models ?? [] } };
        if (caps.RequestsPerMinute is { } requests)
            message.RequestsPerMinute = requests;
        if (caps.CreditMicrosPerDay is { } day)
            message.CreditMicrosPerDay = day;
        if (caps.CreditMicrosPerMonth is { } month)
            message.CreditMicrosPerMonth = month;
        return message;
    }
}
