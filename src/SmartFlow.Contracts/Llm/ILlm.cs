namespace SmartFlow.Contracts.Llm;

/// <summary>
/// The only outlet to a model, method by method as llm.proto has it; those that ask a model have shorter forms in
/// <see cref="LlmCalls"/>. Refusals are RefusedException: invalid_argument, unknown_model, price_missing,
/// insufficient_credit, limit_reached, in_flight (a repeat waits for the running call first, a bounded time),
/// key_reused, result_expired, outcome_settled, provider_failed, provider_timeout, unavailable.
/// </summary>
public interface ILlm
{
    /// <summary>
    /// One completion. The body must not be changed or reused afterwards: a call outlives its caller. The answer is
    /// returned once the call and its charge are durable.
    /// </summary>
    /// <param name="request">Billing says who pays, which call it is, and whether the answer may be shortened to what
    /// the Credit covers; a repeat with the same key and body is answered from the journal. The body is an OpenAI
    /// chat-completions request as UTF-8 JSON; unknown fields reach the provider unchanged.</param>
    /// <param name="cancellationToken">The caller has gone: the upstream is drained for its usage and charged by
    /// policy.</param>
    Task<GenerateTextResponse> GenerateTextAsync(GenerateTextRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// One completion as chunks; the last part is the receipt, given once the call and its charge are durable; a stored
    /// answer begins with it, a shortened one with its adaptation; <c>begun</c> may come once before the first chunk. A
    /// chunk's bytes are valid until the next part is asked for.
    /// </summary>
    /// <param name="request">As above; <c>stream</c> and <c>stream_options.include_usage</c> are set for the
    /// provider.</param>
    /// <param name="cancellationToken">As above.</param>
    IAsyncEnumerable<StreamTextResponse> StreamTextAsync(
        StreamTextRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// One response: OpenAI's Responses API as a form of the same call, so that the same key may be repeated in either
    /// form. Unless <c>store</c> is false it is kept with its input as long as the call's result, so that its user's
    /// later requests may go on from it (previous_response_id) or name its items.
    /// </summary>
    /// <param name="request">The body is a request of the Responses API as UTF-8 JSON, with images; its <c>stream</c>
    /// says nothing here.</param>
    /// <param name="cancellationToken">As above.</param>
    Task<GenerateResponsesTextResponse> GenerateResponsesTextAsync(
        GenerateResponsesTextRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>One response as its events; the receipt as in <see cref="StreamTextAsync"/>.</summary>
    /// <param name="request">As above.</param>
    /// <param name="cancellationToken">As above.</param>
    IAsyncEnumerable<StreamTextResponse> StreamResponsesTextAsync(
        GenerateResponsesTextRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// A kept response; not_found for everybody but its user, and once its call's result is no longer kept.
    /// </summary>
    Task<GetResponseResponse> GetResponseAsync(GetResponseRequest request, CancellationToken cancellationToken);

    /// <summary>Forgets a kept response and its input; the call and its charge stay. Refusals: not_found.</summary>
    Task<DeleteResponseResponse> DeleteResponseAsync(
        DeleteResponseRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Vectors of texts. The body must not be changed or reused afterwards. The answer is returned once the call and
    /// its charge are durable; one that is too long to be kept is not there for a repeat (result_expired).
    /// </summary>
    /// <param name="request">The body is an OpenAI embeddings request as UTF-8 JSON; unknown fields reach the provider
    /// unchanged.</param>
    /// <param name="cancellationToken">As above.</param>
    Task<GenerateEmbeddingsResponse> GenerateEmbeddingsAsync(
        GenerateEmbeddingsRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>What there is to ask; asks nobody itself.</summary>
    Task<PingResponse> PingAsync(PingRequest request, CancellationToken cancellationToken);

    Task<ListModelsResponse> ListModelsAsync(ListModelsRequest request, CancellationToken cancellationToken);

    /// <summary>A call as its owner may see it; not_found for everybody else.</summary>
    Task<GetCallResponse> GetCallAsync(GetCallRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// The journal as a list: running calls first, then the others by their end, newest first. It looks through a
    /// bounded number of calls. Refusals: invalid_argument.
    /// </summary>
    Task<ListCallsResponse> ListCallsAsync(ListCallsRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// What was called in a period; of the newest calls where there are too many. Refusals: invalid_argument.
    /// </summary>
    Task<GetCallSummaryResponse> GetCallSummaryAsync(
        GetCallSummaryRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// What was charged for calls that ended in a period, by the API key that was used; what was given back later is
    /// not in it. Refusals: invalid_argument, also where the period holds more calls than are added up.
    /// </summary>
    Task<GetSpendByKeyResponse> GetSpendByKeyAsync(GetSpendByKeyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// What a call may cost at most, priced as its admission would price it. Writes nothing, asks no provider.
    /// </summary>
    Task<QuoteCallResponse> QuoteCallAsync(QuoteCallRequest request, CancellationToken cancellationToken);

    /// <summary>What limits a user's calls and what is used of it now, running calls with their worst case.</summary>
    Task<GetLimitsResponse> GetLimitsAsync(GetLimitsRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Before the body of a call has come. Refusals: insufficient_credit, where no call of this user could be admitted;
    /// never for the repeat of one.
    /// </summary>
    Task<CheckCreditResponse> CheckCreditAsync(CheckCreditRequest request, CancellationToken cancellationToken);
}
