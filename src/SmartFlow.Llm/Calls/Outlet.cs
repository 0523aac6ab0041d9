using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Faults;

namespace SmartFlow.Llm.Calls;

/// <summary>The only place from which a request leaves for a provider: attempts, waits, fallbacks.</summary>
internal sealed class Outlet(Journal journal, IOptions<LlmOptions> options, TimeProvider time)
{
    /// <summary>
    /// The answer's chunks (one body for a plain call) of the first candidate that begins to answer. A candidate is
    /// asked again, and the next one asked, only as long as nothing has been delivered.
    /// </summary>
    /// <exception cref="ProviderException">No candidate is left, or the answer broke off after it had begun.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> AskAsync(Call call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; ; i++)
        {
            var (candidate, priced) = call.Candidates[i];
            call.Row.Candidate = i;
            var request = new ProviderRequest(
                candidate.Model, call.Request.WriteUpstream(candidate.Model, call.OutputLimit, call.Row.Stream, candidate.Dialect), call.Row.Stream)
            {
                Kind = call.Request.Kind,
                BeforeFirstByte = () => MarkSentAsync(call),
            };
            var (answer, chunks, failure) = await BeginAsync(call, candidate, priced, request, cancellationToken);
            if (failure is null)
            {
                await using (answer)
                await using (chunks)
                    do yield return chunks!.Current;
                    while (await chunks.MoveNextAsync());
                yield break;
            }
            if (!Failures.PolicyOf(failure.Kind).Fallback || i + 1 == call.Candidates.Count) throw failure;
        }
    }

    /// <summary>A sent mark precedes the first byte: from here on the call may cost money.</summary>
    private async Task MarkSentAsync(Call call)
    {
        await journal.WriteAsync(new Send(call.Row.Id, call.Row.Candidate));
        FaultPoint.Reach("call.sent");
    }

    /// <summary>One candidate, asked until it begins to answer or may not be asked again.</summary>
    private async Task<(ProviderAnswer? Answer, IAsyncEnumerator<ReadOnlyMemory<byte>>? Chunks, ProviderException? Failure)> BeginAsync(
        Call call, Candidate candidate, Priced priced, ProviderRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            ProviderAnswer? answer = null;
            IAsyncEnumerator<ReadOnlyMemory<byte>>? chunks = null;
            try
            {
                answer = await candidate.Provider.SendAsync(request with { Attempt = call.AttemptCount + 1 }, cancellationToken);
                chunks = answer.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
                if (!await chunks.MoveNextAsync()) throw Failures.Malformed("an empty answer");
                call.Tried(priced, null);
                return (answer, chunks, null);
            }
            catch (ProviderException failure)
            {
                if (chunks is not null) await chunks.DisposeAsync();
                if (answer is not null) await answer.DisposeAsync();
                call.Tried(priced, failure);
                if (!Failures.PolicyOf(failure.Kind).Retry || attempt == options.Value.AttemptsPerCandidate
                    || Pause(failure, attempt) is not { } pause)
                    return (null, null, failure);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>The provider's own Retry-After, else a growing wait with jitter; null: longer than we wait.</summary>
    private TimeSpan? Pause(ProviderException failure, int attempt)
    {
        var longest = TimeSpan.FromSeconds(options.Value.RetryWaitSecondsMax);
        var pause = failure.RetryAfter ?? TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt) * (0.5 + Random.Shared.NextDouble()));
        return pause <= longest ? pause : null;
    }
}
