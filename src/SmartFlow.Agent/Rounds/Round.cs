using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Rounds;

/// <summary>
/// One answer of the model in the tool loop and what came of it. It is kept in the transaction that tells of it, so
/// that a turn that is taken up again asks for nothing that was answered and does nothing that was done.
/// </summary>
internal sealed class Round
{
    /// <summary>The turn in which the request was made; words on confirmations go on with it.</summary>
    public required string ThreadId { get; set; }

    /// <summary>From 1 in the thread.</summary>
    public int Number { get; set; }

    /// <summary>The turn that asked for it.</summary>
    public required string TurnId { get; set; }

    public long ConversationId { get; set; }

    /// <summary>A <see cref="RoundBody"/> in JSON.</summary>
    public required string Body { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public RoundBody Read() => JsonSerializer.Deserialize<RoundBody>(Body, WebJson.Options)!;
}

/// <param name="Said">The text beside the calls, as the model wrote it.</param>
/// <param name="Calls">With their answers; none in an answer to the person, or one that could not be used.</param>
/// <param name="Correction">What the model is told about an answer that could not be used.</param>
internal sealed record RoundBody(string Said, IReadOnlyList<AnsweredCall> Calls, string? Correction = null)
{
    public string Write() => JsonSerializer.Serialize(this, WebJson.Options);

    /// <summary>The step of the turn that asked for it: its call's event id ends with it.</summary>
    public required string Step { get; init; }

    /// <summary>The request ends with it.</summary>
    [JsonIgnore]
    public bool IsLast => Calls.Count == 0 && Correction is null;

    public RoundBody With(string callId, string answer) =>
        this with
        {
            Calls = [.. Calls.Select(c => c.Id == callId ? c with { Answer = answer } : c)],
        };
}

/// <param name="Id">The model's, or ours.</param>
/// <param name="Arguments">A JSON object as text.</param>
/// <param name="Answer">As the model is told; null: it waits for a word.</param>
internal sealed record AnsweredCall(string Id, string Name, string Arguments, string? Answer);

/// <summary>A change that waits for a word, or is carried out after one.</summary>
/// <param name="ThreadId">Of its round.</param>
/// <param name="Number">Of its round.</param>
/// <param name="Kept">What the tool wants back.</param>
internal sealed record PendingCall(
    string ThreadId,
    int Number,
    string CallId,
    string Name,
    JsonObject Arguments,
    JsonObject Kept
);
