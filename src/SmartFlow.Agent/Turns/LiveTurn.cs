using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace SmartFlow.Agent.Turns;

/// <summary>One server-sent event of a turn.</summary>
/// <param name="Name">As in docs: status, delta, reasoning, tool, card, confirm, usage, error, done.</param>
/// <param name="Data">JSON.</param>
/// <param name="Seq">The newest timeline item that everything up to here belongs to: where a broken stream
/// resumes.</param>
/// <param name="Durable">It is that item; otherwise it came after it.</param>
internal sealed record TurnEvent(string Name, string Data, long Seq, bool Durable)
{
    public SseItem<string> ToSse() =>
        new(Data, Name) { EventId = Seq.ToString(System.Globalization.CultureInfo.InvariantCulture) };
}

/// <summary>
/// A turn that runs in this process: its events so far, whoever follows them, and its stop button. Its size is bounded
/// by the limits on an answer's characters, and it lives as long as the turn or a follower does.
/// </summary>
internal sealed class LiveTurn(string turnId, long conversationId, ulong userId, long beganSeq)
{
    private readonly Lock gate = new();
    private readonly List<TurnEvent> events = [];
    private TaskCompletionSource changed = NewSignal();
    private Action? onStop;
    private bool ended;

    public string TurnId => turnId;

    public long ConversationId => conversationId;

    public ulong UserId => userId;

    /// <summary>The newest timeline item before it: later ones are in its own log.</summary>
    public long BeganSeq => beganSeq;

    public bool Stopping { get; private set; }

    public void Publish(TurnEvent next)
    {
        lock (gate)
        {
            events.Add(next);
            Signal();
        }
    }

    public void End()
    {
        lock (gate)
        {
            ended = true;
            Signal();
        }
    }

    /// <summary>Asks the turn to end with what it has.</summary>
    public void Stop()
    {
        Action? act;
        lock (gate)
        {
            if (Stopping || ended)
                return;
            Stopping = true;
            act = onStop;
        }
        act?.Invoke();
    }

    /// <summary>Called once on stop, or at once where that has happened.</summary>
    public void OnStop(Action act)
    {
        lock (gate)
        {
            onStop = act;
            if (!Stopping)
                return;
        }
        act();
    }

    /// <summary>Every event after the item of that number, those to come included; ends with the turn.</summary>
    public async IAsyncEnumerable<TurnEvent> FollowAsync(
        long afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        int next;
        lock (gate)
            next = events.FindLastIndex(e => e.Durable && e.Seq <= afterSeq) + 1;
        while (true)
        {
            TurnEvent[] ready;
            Task more;
            bool last;
            lock (gate)
            {
                ready = [.. events[next..]];
                more = changed.Task;
                last = ended;
            }
            foreach (var one in ready)
                yield return one;
            next += ready.Length;
            if (ready.Length > 0)
                continue;
            if (last)
                yield break;
            await more.WaitAsync(cancellationToken);
        }
    }

    private void Signal()
    {
        changed.TrySetResult();
        changed = NewSignal();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
