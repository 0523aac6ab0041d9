using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.CallLog;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Forms;
using SmartFlow.Llm.Limits;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// The story of one call: steps 1 to 3 in <see cref="Admission"/>, 4 in <see cref="Outlet"/>, 6 in
/// <see cref="Ending"/>.
/// </summary>
internal sealed class LlmService(
    Admission admission,
    InFlight inFlight,
    Replay replay,
    Outlet outlet,
    Ending ending,
    Abandoned abandoned,
    LiveCalls live,
    ModelCatalog models,
    GetCall getCall,
    ListCalls listCalls,
    GetCallSummary getSummary,
    GetSpendByKey getSpend,
    QuoteCall quoteCall,
    GetLimits getLimits,
    ResponsesText responses,
    CheckCredit checkCredit,
    ProviderLanes lanes,
    CallTelemetry telemetry,
    IOptions<LlmOptions> options,
    TimeProvider time
) : ILlm
{
    public async Task<GenerateTextResponse> GenerateTextAsync(
        GenerateTextRequest request,
        CancellationToken cancellationToken
    )
    {
        var response = new GenerateTextResponse();
        await foreach (
            var part in RunAsync(CallKind.Chat, request.Billing, request.Body, stream: false, cancellationToken)
        )
            if (part.PartCase == StreamTextResponse.PartOneofCase.Chunk)
                response.Body = part.Chunk;
            else if (part.PartCase == StreamTextResponse.PartOneofCase.Receipt)
                response.Receipt = part.Receipt;
        return response;
    }

    public async Task<GenerateEmbeddingsResponse> GenerateEmbeddingsAsync(
        GenerateEmbeddingsRequest request,
        CancellationToken cancellationToken
    )
    {
        var response = new GenerateEmbeddingsResponse();
        await foreach (
            var part in RunAsync(CallKind.Embeddings, request.Billing, request.Body, stream: false, cancellationToken)
        )
            if (part.PartCase == StreamTextResponse.PartOneofCase.Chunk)
                response.Body = part.Chunk;
            else
                response.Receipt = part.Receipt;
        return response;
    }

    public IAsyncEnumerable<StreamTextResponse> StreamTextAsync(
        StreamTextRequest request,
        CancellationToken cancellationToken
    ) => RunAsync(CallKind.Chat, request.Billing, request.Body, stream: true, cancellationToken);

    public Task<GenerateResponsesTextResponse> GenerateResponsesTextAsync(
        GenerateResponsesTextRequest request,
        CancellationToken cancellationToken
    ) => responses.GenerateAsync(this, BillingContexts.Of(request.Billing), request.Body.Memory, cancellationToken);

    public IAsyncEnumerable<StreamTextResponse> StreamResponsesTextAsync(
        GenerateResponsesTextRequest request,
        CancellationToken cancellationToken
    ) => responses.StreamAsync(this, BillingContexts.Of(request.Billing), request.Body.Memory, cancellationToken);

    public Task<GetResponseResponse> GetResponseAsync(
        GetResponseRequest request,
        CancellationToken cancellationToken
    ) => responses.GetAsync(request, cancellationToken);

    public Task<DeleteResponseResponse> DeleteResponseAsync(
        DeleteResponseRequest request,
        CancellationToken cancellationToken
    ) => responses.DeleteAsync(request, cancellationToken);

    public Task<PingResponse> PingAsync(PingRequest request, CancellationToken cancellationToken)
    {
        var response = new PingResponse { DefaultModel = models.Default, RunningCalls = live.Count };
        foreach (var lane in lanes.All)
            response.Providers.Add(
                new ProviderState
                {
                    Name = lane.Provider,
                    Ready = !lane.IsBroken,
                    OpenCalls = lane.Open,
                }
            );
        return Task.FromResult(response);
    }

    public Task<ListModelsResponse> ListModelsAsync(ListModelsRequest request, CancellationToken cancellationToken) =>
        models.ListAsync(cancellationToken);

    public Task<GetCallResponse> GetCallAsync(GetCallRequest request, CancellationToken cancellationToken) =>
        getCall.HandleAsync(request, cancellationToken);

    public Task<ListCallsResponse> ListCallsAsync(ListCallsRequest request, CancellationToken cancellationToken) =>
        listCalls.HandleAsync(request, cancellationToken);

    public Task<GetCallSummaryResponse> GetCallSummaryAsync(
        GetCallSummaryRequest request,
        CancellationToken cancellationToken
    ) => getSummary.HandleAsync(request, cancellationToken);

    public Task<GetSpendByKeyResponse> GetSpendByKeyAsync(
        GetSpendByKeyRequest request,
        CancellationToken cancellationToken
    ) => getSpend.HandleAsync(request, cancellationToken);

    public Task<QuoteCallResponse> QuoteCallAsync(QuoteCallRequest request, CancellationToken cancellationToken) =>
        quoteCall.HandleAsync(request, cancellationToken);

    public Task<GetLimitsResponse> GetLimitsAsync(GetLimitsRequest request, CancellationToken cancellationToken) =>
        getLimits.HandleAsync(request, cancellationToken);

    public Task<CheckCreditResponse> CheckCreditAsync(
        CheckCreditRequest request,
        CancellationToken cancellationToken
    ) => checkCredit.HandleAsync(request, cancellationToken);

    private async IAsyncEnumerable<StreamTextResponse> RunAsync(
        CallKind kind,
        BillingContextMessage? payer,
        ByteString body,
        bool stream,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var billing = BillingContexts.Of(payer);
        CallRequest request =
            kind == CallKind.Chat
                ? ChatRequest.Parse(body.Memory)
                : EmbeddingRequest.Parse(body.Memory, options.Value.EmbeddingLimits);
        // :: Steps 1 to 3 — price, guard, journal and hold.
        Call? call;
        LlmCall? existing;
        try
        {
            (call, existing) = await AdmitAsync(billing, request, stream, cancellationToken);
        }
        catch (RefusedException refusal)
        {
            telemetry.Asked(billing.Scene, refusal.Code.Code);
            throw;
        }
        telemetry.Asked(billing.Scene, call is null ? "repeated" : "admitted");
        if (call is null)
        {
            foreach (var part in await replay.OfAsync(existing!, request, stream, cancellationToken))
                yield return part;
            yield break;
        }

        // :: Step 4 — the provider. From here on the call ends even if the caller goes.
        var stop = new CancellationTokenSource();
        var chunks = outlet.AskAsync(call, stop.Token).GetAsyncEnumerator(CancellationToken.None);
        Task<bool>? next = null;
        ProviderException? failure = null;
        RefusedException? unsent = null;
        var (inHand, stopped, estimated) = (true, false, false);
        try
        {
            CallTelemetry.Began(call);
            call.Watch = HoldWatch.Of(call, options.Value);
            if (call.Adapted)
                yield return new StreamTextResponse
                {
                    Adaptation = new CallAdaptation { OutputLimit = call.OutputLimit },
                };
            // :: Step 5 — each delta as it comes; usage is read on the way.
            next = chunks.MoveNextAsync().AsTask();
            if (
                call.Begun is { } begun
                && await Task.WhenAny(next, begun.Task).WaitAsync(cancellationToken) == begun.Task
            )
                yield return new StreamTextResponse { Begun = new CallBegun() };
            while (true)
            {
                next ??= chunks.MoveNextAsync().AsTask();
                try
                {
                    failure = await FailureOfAsync(next, cancellationToken);
                }
                catch (RefusedException refusal)
                {
                    unsent = refusal;
                }
                if (unsent is not null || failure is not null || !await next)
                    break;
                next = null;
                var chunk = chunks.Current;
                call.Row.FirstTokenAt ??= time.GetUtcNow();
                if (!call.Answer.TryAdd(chunk.Span))
                    failure = Failures.Malformed("a chunk that is not readable");
                if (failure is not null)
                    break;
                FaultPoint.Reach("call.streaming");
                if (stream && request.WantsEstimate && !estimated)
                {
                    estimated = true;
                    yield return EstimateOf(call);
                }
                var isUsage = stream && UsageChunk.IsUsageOnly(chunk.Span);
                if (!isUsage)
                    yield return Part(call, chunk);
                // Usage on the way says what it costs by now; behind the end it stops nothing.
                stopped = !(isUsage && call.Answer.Finished) && call.Watch?.IsPassed() == true;
                if (stopped)
                    break;
            }
            inHand = false;
        }
        finally
        {
            if (inHand)
                abandoned.Take(call, chunks, next, stop);
        }

        // :: Step 6 — the end, durable before the last frame. Step 7 follows from its event.
        using (stop)
        {
            CallReceipt receipt;
            byte[]? end;
            try
            {
                await chunks.DisposeAsync();
                if (unsent is not null)
                {
                    await ending.UnsentAsync(call);
                    throw unsent;
                }
                if (failure is { Usage.Length: > 0 })
                    call.Answer.Tell(failure.Usage.Span);
                // Where the provider said that it has said all, but not why, clients are told so.
                end =
                    stopped ? call.Watch!.End()
                    : stream && failure is null ? (call.Answer as AnswerText)?.EndOpen()
                    : null;
                if (failure is not null && call.Answer.Empty)
                    throw await ending.FailAsync(call, failure);
                receipt = await ending.CompleteAsync(
                    call,
                    stopped ? Outcomes.StoppedAtHold
                        : failure is null ? Outcomes.Completed
                        : Outcomes.ProviderCut
                );
            }
            finally
            {
                live.Remove(call);
            }
            if (call.Adapted)
                receipt.AdaptedOutputLimit = call.OutputLimit;
            if (end is not null)
                yield return Part(call, end);
            if (stream && request.IncludeUsage && failure is null)
                yield return UsageOf(call, receipt);
            yield return new StreamTextResponse { Receipt = receipt };
            if (failure is not null)
                throw ending.RefusalOf(failure);
        }
    }

    /// <summary>
    /// Admitted; or the earlier call with this key once it has ended, which is waited for. One that failed is made
    /// anew.
    /// </summary>
    private async Task<(Call? Call, LlmCall? Existing)> AdmitAsync(
        BillingContext billing,
        CallRequest request,
        bool stream,
        CancellationToken cancellationToken
    )
    {
        DateTimeOffset? until = null;
        while (true)
        {
            var (call, existing) = await admission.AdmitAsync(billing, request, stream, cancellationToken);
            if (call is not null || !Replay.Awaits(existing!, request))
                return (call, existing);
            if (!await inFlight.EndsAsync(existing!, until ??= inFlight.Deadline, cancellationToken))
                return (call, existing);
        }
    }

    /// <summary>The provider's failure as a value; the caller's cancellation leaves the read under way.</summary>
    private static async ValueTask<ProviderException?> FailureOfAsync(
        Task<bool> next,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await next.WaitAsync(cancellationToken);
            return null;
        }
        catch (ProviderException failure)
        {
            return failure;
        }
    }

    /// <summary>A streamed chunk is lent until the next one; a plain body is the caller's.</summary>
    private static StreamTextResponse Part(Call call, ReadOnlyMemory<byte> chunk) =>
        new() { Chunk = call.Row.Stream ? UnsafeByteOperations.UnsafeWrap(chunk) : ByteString.CopyFrom(chunk.Span) };

    /// <summary>The estimate that stands in for a missing usage.</summary>
    private StreamTextResponse EstimateOf(Call call) =>
        new()
        {
            Estimate = new CallEstimate
            {
                LikelyInputTokens = Ending.EstimateInput(
                    call.Row.TextBytes,
                    call.Row.Messages,
                    call.Row.Images,
                    options.Value
                ),
            },
        };

    private static StreamTextResponse UsageOf(Call call, CallReceipt receipt)
    {
        var u = receipt.Usage;
        var usage = new TokenUsage(u.Input, u.Output, u.Cached, u.CacheWrite, u.Reasoning, u.Estimated);
        return new StreamTextResponse
        {
            Chunk = UnsafeByteOperations.UnsafeWrap(
                UsageChunk.Write(
                    call.Answer.Head.Span,
                    call.Answer.UsageJson.Span,
                    usage,
                    receipt.EventId,
                    receipt.CreditMicros
                )
            ),
        };
    }
}
