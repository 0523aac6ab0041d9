using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>The outlet as other processes call it.</summary>
internal sealed class LlmEndpoint(ILlm llm, ModelCatalog models, ProviderLanes lanes, LiveCalls live) : ILlmWire
{
    public Task<PingResponse> PingAsync(PingRequest request, CancellationToken cancellationToken)
    {
        var response = new PingResponse { DefaultModel = models.Default, RunningCalls = live.Count };
        foreach (var lane in lanes.All)
            response.Providers.Add(new ProviderState { Name = lane.Provider, Ready = !lane.IsBroken, OpenCalls = lane.Open });
        return Task.FromResult(response);
    }

    public Task<GenerateTextResponse> GenerateTextAsync(GenerateTextRequest request, CancellationToken cancellationToken) =>
        llm.GenerateTextAsync(Of(request.Billing), request.Body.Memory, cancellationToken);

    public IAsyncEnumerable<StreamTextResponse> StreamTextAsync(StreamTextRequest request, CancellationToken cancellationToken) =>
        llm.StreamTextAsync(Of(request.Billing), request.Body.Memory, cancellationToken);

    public Task<GenerateEmbeddingsResponse> GenerateEmbeddingsAsync(
        GenerateEmbeddingsRequest request, CancellationToken cancellationToken) =>
        llm.GenerateEmbeddingsAsync(Of(request.Billing), request.Body.Memory, cancellationToken);

    public Task<GenerateResponsesTextResponse> GenerateResponsesTextAsync(
        GenerateResponsesTextRequest request, CancellationToken cancellationToken) =>
        llm.GenerateResponsesTextAsync(Of(request.Billing), request.Body.Memory, cancellationToken);

    public IAsyncEnumerable<StreamTextResponse> StreamResponsesTextAsync(
        GenerateResponsesTextRequest request, CancellationToken cancellationToken) =>
        llm.StreamResponsesTextAsync(Of(request.Billing), request.Body.Memory, cancellationToken);

    public Task<GetResponseResponse> GetResponseAsync(GetResponseRequest request, CancellationToken cancellationToken) =>
        llm.GetResponseAsync(request, cancellationToken);

    public Task<DeleteResponseResponse> DeleteResponseAsync(DeleteResponseRequest request, CancellationToken cancellationToken) =>
        llm.DeleteResponseAsync(request, cancellationToken);

    public Task<ListModelsResponse> ListModelsAsync(ListModelsRequest request, CancellationToken cancellationToken) =>
        llm.ListModelsAsync(request, cancellationToken);

    public Task<GetCallResponse> GetCallAsync(GetCallRequest request, CancellationToken cancellationToken) =>
        llm.GetCallAsync(request, cancellationToken);

    public Task<ListCallsResponse> ListCallsAsync(ListCallsRequest request, CancellationToken cancellationToken) =>
        llm.ListCallsAsync(request, cancellationToken);

    public Task<GetCallSummaryResponse> GetCallSummaryAsync(GetCallSummaryRequest request, CancellationToken cancellationToken) =>
        llm.GetCallSummaryAsync(request, cancellationToken);

    public Task<QuoteCallResponse> QuoteCallAsync(QuoteCallRequest request, CancellationToken cancellationToken) =>
        llm.QuoteCallAsync(request, cancellationToken);

    public Task<GetLimitsResponse> GetLimitsAsync(GetLimitsRequest request, CancellationToken cancellationToken) =>
        llm.GetLimitsAsync(request, cancellationToken);

    public Task<CheckCreditResponse> CheckCreditAsync(CheckCreditRequest request, CancellationToken cancellationToken) =>
        llm.CheckCreditAsync(request, cancellationToken);

    private static BillingContext Of(BillingContextMessage? billing)
    {
        if (billing is null) throw RefusedException.Field("billing", "is required");
        if (billing.UserId == 0) throw RefusedException.Field("billing.user_id", "is required");
        if (billing.EventId.Length == 0) throw RefusedException.Field("billing.event_id", "is required");
        if (billing.ApiKeyId < 0) throw RefusedException.Field("billing.api_key_id", "must not be negative");
        if (billing.Scene.Length == 0) throw RefusedException.Field("billing.scene", "is required");
        return new(
            billing.UserId, billing.EventId, billing.Scene, billing.RequestId, billing.ConversationId, billing.ModelAlias,
            billing.SkipCharge, billing.ApiKeyId, billing.Caps is { } caps ? Of(caps) : null, billing.AdaptOutput);
    }

    private static ApiKeyCaps Of(ApiKeyCapsMessage caps) => new(
        Cap("requests_per_minute", caps.HasRequestsPerMinute, caps.RequestsPerMinute),
        Cap("credit_micros_per_day", caps.HasCreditMicrosPerDay, caps.CreditMicrosPerDay),
        Cap("credit_micros_per_month", caps.HasCreditMicrosPerMonth, caps.CreditMicrosPerMonth),
        caps.Models);

    private static long? Cap(string name, bool given, long value) =>
        !given ? null : value >= 0 ? value : throw RefusedException.Field("billing.caps." + name, "must not be negative");
}
