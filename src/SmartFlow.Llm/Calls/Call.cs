using System.Text.Json;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Calls;

/// <summary>An admitted call on its way: journaled and held.</summary>
internal sealed class Call(
    LlmCall row, CallRequest request, IReadOnlyList<(Candidate Candidate, Priced Priced)> candidates, long outputLimit, bool takenOver,
    int keepBytes)
{
    private readonly List<Attempt> attempts = [];

    /// <summary>The journal's row, filled as the call goes on.</summary>
    public LlmCall Row { get; } = row;

    public CallRequest Request { get; } = request;

    public IReadOnlyList<(Candidate Candidate, Priced Priced)> Candidates { get; } = candidates;

    /// <summary>Tokens of each answer at most.</summary>
    public long OutputLimit { get; } = outputLimit;

    /// <summary>An earlier process had sent it: it can no longer end as if nothing had happened.</summary>
    public bool TakenOver { get; } = takenOver;

    public ICallAnswer Answer { get; } = request.NewAnswer(keepBytes);

    /// <summary>The candidate that answers, with its frozen price.</summary>
    public Priced Priced => Candidates[Row.Candidate].Priced;

    public string AttemptsJson => JsonSerializer.Serialize(attempts, EventJson.Options);

    public int AttemptCount => attempts.Count;

    public void Tried(Priced candidate, ProviderException? failure) =>
        attempts.Add(new Attempt(
            candidate.Provider, candidate.Model, failure?.Kind.ToString() ?? "answered", failure?.Status,
            failure is not null && Failures.PolicyOf(failure.Kind).MayBill));
}

/// <param name="Provider">Asked.</param>
/// <param name="Model">Asked.</param>
/// <param name="Ended">answered, or the kind of failure.</param>
/// <param name="Status">The HTTP status of a failure.</param>
/// <param name="MayBill">The provider may bill us for it though it did not deliver.</param>
internal sealed record Attempt(string Provider, string Model, string Ended, int? Status, bool MayBill);
