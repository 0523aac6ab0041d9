using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Agent.Timeline;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns;

/// <summary>The turn was asked to stop.</summary>
internal sealed class TurnStoppedException() : Exception("The turn was stopped.");

/// <summary>What a running turn does to the outside: events for those who follow, items for the timeline.</summary>
internal sealed class Stage(
    OpenTurn turn,
    LiveTurn live,
    TurnModel model,
    IWriter<AgentDb> writer,
    TimeProvider clock,
    int charactersMax
)
{
    private readonly StringBuilder unsaved = new();
    private int thought;

    public OpenTurn Turn => turn;

    public TurnModel Model => model;

    public long Seq { get; private set; } = turn.Seq;

    public bool Stopping => live.Stopping;

    /// <summary>Something was said that is not in the timeline yet.</summary>
    public bool HasText => unsaved.Length > 0;

    public void ThrowIfStopped()
    {
        if (live.Stopping)
            throw new TurnStoppedException();
    }

    public void Status(string stage, string text) =>
        Publish("status", new JsonObject { ["stage"] = stage, ["text"] = text });

    /// <returns>False once the answer is as long as an answer may be.</returns>
    public bool Delta(string text)
    {
        var room = charactersMax - unsaved.Length;
        if (room <= 0)
            return false;
        var piece = text.Length <= room ? text : text[..(char.IsHighSurrogate(text[room - 1]) ? room - 1 : room)];
        Publish("delta", new JsonObject { ["text"] = piece, ["offset"] = unsaved.Length });
        unsaved.Append(piece);
        return piece.Length == text.Length;
    }

    /// <summary>A model's thoughts are shown and not kept; from a limit on they are not shown either.</summary>
    public void Reasoning(string text)
    {
        if ((thought += text.Length) <= charactersMax)
            Publish("reasoning", new JsonObject { ["text"] = text });
    }

    /// <summary>A fixed sentence as one piece of the answer.</summary>
    public Task SayAsync(string text, CancellationToken cancellationToken)
    {
        Delta(text);
        return SaveTextAsync(cancellationToken);
    }

    /// <summary>Moves the streamed text into the timeline.</summary>
    public Task SaveTextAsync(CancellationToken cancellationToken) =>
        unsaved.Length == 0
            ? Task.CompletedTask
            : AddAsync([NewItem.Said(Kinds.AssistantText, TakeText())], cancellationToken);

    public string TakeText()
    {
        var text = unsaved.ToString();
        unsaved.Clear();
        return text;
    }

    /// <summary>Writes items, then tells of them: whoever hears of a number can read it.</summary>
    public async Task AddAsync(IReadOnlyList<NewItem> items, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        var last = await writer.WriteAsync(
            (db, token) => Append.ToAsync(db, turn.ConversationId, turn.TurnId, now, items, token),
            cancellationToken
        );
        Added(items, last);
    }

    /// <summary>Tells of items that were written.</summary>
    public void Added(IReadOnlyList<NewItem> items, long last)
    {
        for (var i = 0; i < items.Count; i++)
        {
            Seq = last - items.Count + 1 + i;
            // The answer's text was told piece by piece; its item only moves the place where a stream resumes.
            var told =
                items[i].Kind == Kinds.AssistantText
                    ? new TurnEvent("status", """{"stage":"kept","text":""}""", Seq, Durable: true)
                    : Events.Of(items[i].Kind, items[i].Payload, Seq);
            if (told is not null)
                live.Publish(told);
        }
    }

    /// <summary>Tells of something that is not kept.</summary>
    public void Publish(string name, JsonObject data) =>
        live.Publish(new TurnEvent(name, data.ToJsonString(WebJson.Options), Seq, Durable: false));
}
