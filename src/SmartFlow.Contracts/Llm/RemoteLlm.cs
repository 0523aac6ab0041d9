using Google.Protobuf;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Contracts.Llm;

/// <summary>The outlet where another process hosts it.</summary>
public sealed class RemoteLlm(ILlmWire wire) : ILlm
{
    public Task<GenerateTextResponse> GenerateTextAsync(
        BillingContext billing, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        wire.GenerateTextAsync(new GenerateTextRequest { Billing = Of(billing), Body = Of(body) }, cancellationToken);

    public IAsyncEnumerable<StreamTextResponse> StreamTextAsync(
        BillingContext billing, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        wire.StreamTextAsync(new StreamTextRequest { Billing = Of(billing), Body = Of(body) }, cancellationToken);

    public Task<GenerateResponsesTextResponse> GenerateResponsesTextAsync(
        BillingContext billing, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        wire.GenerateResponsesTextAsync(new GenerateResponsesTextRequest { Billing = Of(billing), Body = Of(body) }, cancellationToken);

    public IAsyncEnumerable<StreamTextResponse> StreamResponsesTextAsync(
        BillingContext billing, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        wire.StreamResponsesTextAsync(new GenerateResponsesTextRequest { Billing = Of(billing), Body = Of(body) }, cancellationToken);

    public Task<GetResponseResponse> GetResponseAsync(GetResponseRequest request, CancellationToken cancellationToken) =>
        wire.GetResponseAsync(request, cancellationToken);

    public Task<DeleteResponseResponse> DeleteResponseAsync(DeleteResponseRequest request, CancellationToken cancellationToken) =>
        wire.DeleteResponseAsync(request, cancellationToken);

    public Task<GenerateEmbeddingsResponse> GenerateEmbeddingsAsync(
        BillingContext billing, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        wire.GenerateEmbeddingsAsync(new GenerateEmbeddingsRequest { Billing = Of(billing), Body = Of(body) }, cancellationToken);

    public Task<ListModelsResponse> ListModelsAsync(ListModelsRequest request, CancellationToken cancellationToken) =>
        wire.ListModelsAsync(request, cancellationToken);

    public Task<GetCallResponse> GetCallAsync(GetCallRequest request, CancellationToken cancellationToken) =>
        wire.GetCallAsync(request, cancellationToken);

    public Task<ListCallsResponse> ListCallsAsync(ListCallsRequest request, CancellationToken cancellationToken) =>
        wire.ListCallsAsync(request, cancellationToken);

    public Task<GetCallSummaryResponse> GetCallSummaryAsync(GetCallSummaryRequest request, CancellationToken cancellationToken) =>
        wire.GetCallSummaryAsync(request, cancellationToken);

    public Task<QuoteCallResponse> QuoteCallAsync(QuoteCallRequest request, CancellationToken cancellationToken) =>
        wire.QuoteCallAsync(request, cancellationToken);

    public Task<GetLimitsResponse> GetLimitsAsync(GetLimitsRequest request, CancellationToken cancellationToken) =>
        wire.GetLimitsAsync(request, cancellationToken);

    public Task<CheckCreditResponse> CheckCreditAsync(CheckCreditRequest request, CancellationToken cancellationToken) =>
        wire.CheckCreditAsync(request, cancellationToken);

    /// <summary>The body does not change any more: that is ILlm's own condition.</summary>
    private static ByteString Of(ReadOnlyMemory<byte> body) => UnsafeByteOperations.UnsafeWrap(body);

    private static BillingContextMessage Of(BillingContext billing) => new()
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
        if (caps.RequestsPerMinute is { } requests) message.RequestsPerMinute = requests;
        if (caps.CreditMicrosPerDay is { } day) message.CreditMicrosPerDay = day;
        if (caps.CreditMicrosPerMonth is { } month) message.CreditMicrosPerMonth = month;
        return message;
    }
}
