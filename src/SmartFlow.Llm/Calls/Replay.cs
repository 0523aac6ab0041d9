using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Dialect;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>Answers a repeat from the journal: no provider, no charge, the original cost.</summary>
internal sealed class Replay(IDbContextFactory<LlmDb> factory, IOptions<LlmOptions> options, TimeProvider time)
{
    /// <summary>It may be waited for: this request asks for the same.</summary>
    public static bool Awaits(LlmCall existing, CallRequest request) =>
        CallState.Runs(existing.State) && existing.RequestHash.AsSpan().SequenceEqual(request.Hash.Span);

    /// <exception cref="RefusedException">key_reused, in_flight, result_expired, outcome_settled.</exception>
    public async Task<IEnumerable<StreamTextResponse>> OfAsync(
        LlmCall existing,
        CallRequest request,
        bool stream,
        CancellationToken cancellationToken
    )
    {
        if (!existing.RequestHash.AsSpan().SequenceEqual(request.Hash.Span))
            throw new RefusedException(
                ErrorCodes.KeyReused,
                "This Idempotency-Key was used for another request. Use a new one."
            );
        if (existing.State == CallState.Settled)
            throw new RefusedException(
                ErrorCodes.OutcomeSettled,
                "The call broke off with an unknown outcome and was settled by estimate. Use a new key."
            );
        if (existing.State != CallState.Finished)
            throw new RefusedException(
                ErrorCodes.InFlight,
                "The same call is still running.",
                retryAfter: TimeSpan.FromSeconds(1)
            );
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var now = time.GetUtcNow();
        var body = await db
            .Results.Where(r => r.CallId == existing.Id && r.ExpiresAt > now)
            .Select(r => r.Body)
            .FirstOrDefaultAsync(cancellationToken)
            ?? throw new RefusedException(
                ErrorCodes.ResultExpired,
                "The call was made and charged, but its answer is no longer kept."
            );
        return Parts(existing, request, new StoredAnswer(body), stream, AdaptedLimit(existing, request));
    }

    /// <summary>The limit of each answer where it was made shorter than asked for; else 0.</summary>
    private long AdaptedLimit(LlmCall row, CallRequest request)
    {
        var limit = row.OutputLimit / request.N;
        return limit < (request.OutputLimit ?? options.Value.DefaultOutputTokens) && request.Kind == CallKind.Chat
            ? limit
            : 0;
    }

    private static IEnumerable<StreamTextResponse> Parts(
        LlmCall row,
        CallRequest request,
        StoredAnswer answer,
        bool stream,
        long adaptedLimit
    )
    {
        var usage = new TokenUsage(
            row.InputTokens,
            row.OutputTokens,
            row.CachedTokens,
            row.CacheWriteTokens,
            row.ReasoningTokens,
            row.Estimated
        );
        var receipt = Ending.Receipt(row, Quote.Thaw(row.Candidates)[row.Candidate], usage, replayed: true);
        receipt.AdaptedOutputLimit = adaptedLimit;
        // First, so that the surface can say so in its headers.
        yield return new StreamTextResponse { Receipt = receipt };
        if (!stream)
            yield return new StreamTextResponse { Chunk = UnsafeByteOperations.UnsafeWrap(answer.Completion) };
        else
            foreach (var chunk in answer.ToChunks())
                yield return new StreamTextResponse { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) };
        if (stream && request.IncludeUsage)
            yield return new StreamTextResponse
            {
                Chunk = UnsafeByteOperations.UnsafeWrap(
                    UsageChunk.Write(answer.Head.Span, answer.UsageJson.Span, usage, row.EventId, row.CreditMicros)
                ),
            };
    }
}
