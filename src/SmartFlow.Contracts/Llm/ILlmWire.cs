namespace SmartFlow.Contracts.Llm;

/// <summary>
/// <see cref="ILlm"/> as llm.proto has it: the methods by name, everything in one message. Modules use ILlm; between
/// processes this stands on both sides of the connection.
/// </summary>
public interface ILlmWire
{
    Task<PingResponse> PingAsync(PingRequest request, CancellationToken cancellationToken);

    Task<GenerateTextResponse> GenerateTextAsync(GenerateTextRequest request, CancellationToken cancellationToken);

    IAsyncEnumerable<StreamTextResponse> StreamTextAsync(StreamTextRequest request, CancellationToken cancellationToken);

    Task<GenerateResponsesTextResponse> GenerateResponsesTextAsync(GenerateResponsesTextRequest request, CancellationToken cancellationToken);

    IAsyncEnumerable<StreamTextResponse> StreamResponsesTextAsync(GenerateResponsesTextRequest request, CancellationToken cancellationToken);

    Task<GetResponseResponse> GetResponseAsync(GetResponseRequest request, CancellationToken cancellationToken);

    Task<DeleteResponseResponse> DeleteResponseAsync(DeleteResponseRequest request, CancellationToken cancellationToken);

    Task<GenerateEmbeddingsResponse> GenerateEmbeddingsAsync(GenerateEmbeddingsRequest request, CancellationToken cancellationToken);

    Task<ListModelsResponse> ListModelsAsync(ListModelsRequest request, CancellationToken cancellationToken);

    Task<GetCallResponse> GetCallAsync(GetCallRequest request, CancellationToken cancellationToken);

    Task<ListCallsResponse> ListCallsAsync(ListCallsRequest request, CancellationToken cancellationToken);

    Task<GetCallSummaryResponse> GetCallSummaryAsync(GetCallSummaryRequest request, CancellationToken cancellationToken);

    Task<QuoteCallResponse> QuoteCallAsync(QuoteCallRequest request, CancellationToken cancellationToken);

    Task<GetLimitsResponse> GetLimitsAsync(GetLimitsRequest request, CancellationToken cancellationToken);

    Task<CheckCreditResponse> CheckCreditAsync(CheckCreditRequest request, CancellationToken cancellationToken);
}
