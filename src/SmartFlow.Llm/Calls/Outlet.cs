using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// The only place from which a request leaves for a provider: attempts, waits, fallbacks; hedges in the other part.
/// </summary>
internal sealed partial class Outlet(Journal journal, IOptions<LlmOptions> options, TimeProvider time)
{
    /// <summary>
    /// The answer's chunks (one body for a plain call) of the first candidate that begins to answer. A candidate is
    /// asked again, and the next one asked, only as long as nothing has been delivered.
    /// </summary>
    /// <exception cref="ProviderException">No candidate is left, or the answer broke off after it had
    /// begun.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> AskAsync(
        Call call,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await using var answer = await BeginAsync(call, cancellationToken);
        call.Row.Candidate = answer.Candidate;
        call.Tried(call.Priced, null);
        for (var more = true; more; )
        {
            yield return answer.Chunks.Current;
            try
            {
                more = await answer.Chunks.MoveNextAsync();
            }
            catch (ProviderException broken)
            {
                answer.Lane.Failed(call.Row.UserId, broken.Kind);
                throw;
            }
        }
        answer.Lane.Ended(call.Row.UserId);
    }

    /// <summary>Candidate after candidate until one begins.</summary>
    private async Task<BegunAnswer> BeginAsync(Call call, CancellationToken cancellationToken)
    {
        var patience = call.Row.Stream ? options.Value.HedgeAfterMilliseconds : 0;
        ProviderException? failure = null;
        for (var i = 0; i < call.Candidates.Count; )
        {
            var hedged = patience > 0 && i + 1 < call.Candidates.Count;
            var (asked, begun, why) = hedged
                ? await HedgeAsync(call, i, TimeSpan.FromMilliseconds(patience), cancellationToken)
                : await TryAsync(call, i, cancellationToken);
            if (begun is not null)
                return begun;
            // That a later candidate was not asked says less than how an earlier one failed.
            failure = failure is null || why!.Kind != FailureKind.Busy ? why : failure;
            if (!Failures.PolicyOf(why!.Kind).Fallback || call.IsForNobody)
                break;
            i += asked;
        }
        throw failure!;
    }

    /// <summary>One candidate, asked until it begins to answer or may not be asked again.</summary>
    private async Task<Try> TryAsync(Call call, int index, CancellationToken cancellationToken)
    {
        var (candidate, priced) = call.Candidates[index];
        // One that is not asked does not fail the call: what the call costs is by the price of one that was.
        if (candidate.Lane.TryEnter(call.Row.UserId) is { } busy)
            return new Try(1, null, busy);
        call.Row.Candidate = index;
        BegunAnswer? begun = null;
        try
        {
            var body = call.Request.WriteUpstream(
                candidate.Model,
                call.OutputLimit,
                call.Row.Stream,
                candidate.Dialect
            );
            var request = new ProviderRequest(candidate.Model, body, call.Row.Stream)
            {
                Kind = call.Request.Kind,
                Choices = call.Request.N,
                BeforeFirstByte = () => MarkSentAsync(call, index, cancellationToken),
            };
            for (var attempt = 1; ; attempt++)
            {
                (begun, var failure) = await AskOnceAsync(call, index, request, cancellationToken);
                if (failure is null)
                    return new Try(1, begun, null);
                cancellationToken.ThrowIfCancellationRequested();
                call.Tried(priced, failure);
                if (
                    !Failures.PolicyOf(failure.Kind).Retry
                    || attempt == options.Value.AttemptsPerCandidate
                    || Pause(failure, attempt) is not { } pause
                )
                    return new Try(1, null, failure);
                await Task.Delay(pause, time, cancellationToken);
                if (call.IsForNobody)
                    return new Try(1, null, failure);
            }
        }
        finally
        {
            if (begun is null)
                candidate.Lane.Leave();
        }
    }

    private static async Task<(BegunAnswer? Begun, ProviderException? Failure)> AskOnceAsync(
        Call call,
        int index,
        ProviderRequest request,
        CancellationToken cancellationToken
    )
    {
        var candidate = call.Candidates[index].Candidate;
        ProviderAnswer? answer = null;
        IAsyncEnumerator<ReadOnlyMemory<byte>>? chunks = null;
        try
        {
            answer = await candidate.Provider.SendAsync(
                request with
                {
                    Attempt = call.AttemptCount + 1,
                },
                cancellationToken
            );
            chunks = answer.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
            var first = chunks.MoveNextAsync();
            if (!first.IsCompleted)
                call.Begun?.TrySetResult();
            if (!await first)
                throw Failures.Malformed("an empty answer");
            candidate.Lane.Began(call.Row.UserId);
            var begun = new BegunAnswer(index, answer, chunks, candidate.Lane);
            (answer, chunks) = (null, null);
            return (begun, null);
        }
        catch (ProviderException failure)
        {
            candidate.Lane.Failed(call.Row.UserId, failure.Kind);
            return (null, failure);
        }
        finally
        {
            if (chunks is not null)
                await chunks.DisposeAsync();
            if (answer is not null)
                await answer.DisposeAsync();
        }
    }

    /// <summary>A sent mark precedes the first byte: from here on the call may cost money.</summary>
    /// <exception cref="RefusedException">unavailable: the journal's row is no longer this process's; nothing may be
    /// sent.</exception>
    private async Task MarkSentAsync(Call call, int candidate, CancellationToken cancellationToken)
    {
        // One that lost against another must not put its mark over the winner's.
        cancellationToken.ThrowIfCancellationRequested();
        if (!(await journal.WriteAsync(new Send(call.Row, candidate))).Changed)
        {
            call.IsTakenAway = true;
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "The call was taken over by another process. Repeat it with the same key: it is not made twice.",
                retryAfter: TimeSpan.FromSeconds(1)
            );
        }
        call.Row.SentAt ??= time.GetUtcNow();
        FaultPoint.Reach("call.sent");
    }

    /// <summary>The provider's own wait, else a growing one with jitter; null: longer than we wait.</summary>
    private TimeSpan? Pause(ProviderException failure, int attempt)
    {
        var longest = TimeSpan.FromSeconds(options.Value.RetryWaitSecondsMax);
        var pause = failure.RetryAfter
            ?? TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble()));
        return pause <= longest ? pause : null;
    }

    /// <param name="Asked">How many candidates it was about.</param>
    /// <param name="Begun">The answer; null: none.</param>
    /// <param name="Failure">Why there is none.</param>
    private readonly record struct Try(int Asked, BegunAnswer? Begun, ProviderException? Failure);
}
