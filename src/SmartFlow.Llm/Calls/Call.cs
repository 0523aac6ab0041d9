using System.Diagnostics;
using System.Text.Json;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Providers;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Calls;

/// <summary>An admitted call on its way: journaled and held.</summary>
internal sealed class Call(
    LlmCall row,
    CallRequest request,
    IReadOnlyList<(Candidate Candidate, Priced Priced)> candidates,
    long outputLimit,
    bool takenOver,
    int keepBytes
)
{
    private readonly List<Attempt> attempts = [];
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int waiting;
    private bool left;
    private Action? forNobody;

    /// <summary>The journal's row, filled as the call goes on.</summary>
    public LlmCall Row { get; } = row;

    public CallRequest Request { get; } = request;

    public IReadOnlyList<(Candidate Candidate, Priced Priced)> Candidates { get; } = candidates;

    /// <summary>Tokens of each answer at most.</summary>
    public long OutputLimit { get; } = outputLimit;

    /// <summary>The caller asked for more than this limit, which is what the Credit covers.</summary>
    public bool Adapted { get; init; }

    /// <summary>An earlier process had sent it: it can no longer end as if nothing had happened.</summary>
    public bool TakenOver { get; } = takenOver;

    /// <summary>The journal's row is another process's by now: nothing of it may be changed here.</summary>
    public bool IsTakenAway { get; set; }

    public ICallAnswer Answer { get; } = request.NewAnswer(keepBytes);

    /// <summary>Tells when it has to be stopped; null: never.</summary>
    public HoldWatch? Watch { get; set; }

    /// <summary>Completes when a provider has begun to answer; null: nobody asks.</summary>
    public TaskCompletionSource? Begun { get; init; }

    /// <summary>Repeats that wait for its end.</summary>
    public int Waiting => Volatile.Read(ref waiting);

    /// <summary>The caller has gone, and no repeat waits: nobody could get what another try would bring.</summary>
    public bool IsForNobody => Volatile.Read(ref left) && Waiting == 0;

    /// <summary>The call in its trace; null where nobody listens, and once it has ended.</summary>
    public Activity? Span { get; set; }

    /// <summary>The candidate that answers, with its frozen price.</summary>
    public Priced Priced => Candidates[Row.Candidate].Priced;

    public string AttemptsJson
    {
        get
        {
            lock (attempts)
                return JsonSerializer.Serialize(attempts, EventJson.Options);
        }
    }

    public int AttemptCount
    {
        get
        {
            lock (attempts)
                return attempts.Count;
        }
    }

    /// <summary>False: it did not end in this time.</summary>
    public async Task<bool> WaitForEndAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        lock (attempts)
            waiting++;
        try
        {
            await ended.Task.WaitAsync(time, clock, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            Action? then = null;
            lock (attempts)
                if (--waiting == 0)
                    then = forNobody;
            then?.Invoke();
        }
    }

    /// <summary>The caller has gone; the call goes on.</summary>
    public void Left() => Volatile.Write(ref left, true);

    /// <summary>Runs it as soon as no repeat waits: now, or when the last one has gone.</summary>
    public void WhenForNobody(Action then, bool evenIfAwaited)
    {
        lock (attempts)
        {
            forNobody = then;
            if (waiting > 0 && !evenIfAwaited)
                return;
        }
        then();
    }

    /// <summary>Nothing runs it any more, and the journal says how it ended.</summary>
    public void Ended() => ended.TrySetResult();

    public void Tried(Priced candidate, ProviderException? failure) =>
        Add(
            candidate,
            failure?.Kind.ToString() ?? "answered",
            failure?.Status,
            failure is not null && Failures.PolicyOf(failure.Kind).MayBill
        );

    /// <summary>Asked beside another candidate, which was faster.</summary>
    public void Outrun(Priced candidate) => Add(candidate, "outrun", null, mayBill: true);

    /// <summary>Two candidates may be asked at once.</summary>
    private void Add(Priced candidate, string ended, int? status, bool mayBill)
    {
        lock (attempts)
            attempts.Add(new Attempt(candidate.Provider, candidate.Model, ended, status, mayBill));
    }
}

/// <param name="Provider">Asked.</param>
/// <param name="Model">Asked.</param>
/// <param name="Ended">answered, outrun, or the kind of failure.</param>
/// <param name="Status">The HTTP status of a failure.</param>
/// <param name="MayBill">The provider may bill us for it though it did not deliver.</param>
internal sealed record Attempt(string Provider, string Model, string Ended, int? Status, bool MayBill);
