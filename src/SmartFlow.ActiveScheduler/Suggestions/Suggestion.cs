using System.Text.Json;
using SmartFlow.ActiveScheduler.Suggesting;
using SmartFlow.Platform.Web;

namespace SmartFlow.ActiveScheduler.Suggestions;

/// <summary>How far a suggestion is.</summary>
internal enum SuggestionState
{
    /// <summary>Its candidates are kept; a model may be choosing among them.</summary>
    Choosing,

    /// <summary>It waits for its user's word.</summary>
    Open,

    /// <summary>The user confirmed it and the change is being made.</summary>
    Confirming,

    Confirmed,
    Dismissed,
    Snoozed,

    /// <summary>Nobody said anything in time.</summary>
    Expired,

    /// <summary>The week changed, or the matter has settled itself; it was made anew where it still stands.</summary>
    Outdated,
}

/// <summary>
/// What is suggested about a matter: a preview, nothing of which is written before its user confirms one candidate.
/// </summary>
internal sealed class Suggestion
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public long TriggerId { get; set; }

    /// <summary>A word of TriggerKinds.</summary>
    public required string Kind { get; set; }

    public required string Matter { get; set; }

    /// <summary>What the matter looked like.</summary>
    public string Mark { get; set; } = "";

    /// <summary>What it is about, as its user called it; empty: nothing single.</summary>
    public required string Title { get; set; }

    /// <summary>zh or en: of the explanation.</summary>
    public required string Language { get; set; }

    public SuggestionState State { get; set; }

    /// <summary>The term's version that the candidates were made from.</summary>
    public long BaseVersion { get; set; }

    /// <summary>JSON: what could be done, the best first.</summary>
    public required string Candidates { get; set; }

    /// <summary>The candidate that is put first.</summary>
    public required string Recommended { get; set; }

    /// <summary>model, or rules.</summary>
    public string ChosenBy { get; set; } = "rules";

    /// <summary>What the model said; plain text.</summary>
    public string? Explanation { get; set; }

    /// <summary>What the choice cost.</summary>
    public long CreditMicros { get; set; }

    /// <summary>A model was asked, or was about to be.</summary>
    public bool ModelAsked { get; set; }

    /// <summary>The candidate that the user confirmed.</summary>
    public string? Picked { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? PickedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public IReadOnlyList<Candidate> ReadCandidates() =>
        JsonSerializer.Deserialize<List<Candidate>>(Candidates, WebJson.Options)!;

    public static string Write(IReadOnlyList<Candidate> candidates) =>
        JsonSerializer.Serialize(candidates, WebJson.Options);

    /// <summary>The idempotency key of the one change that it can lead to.</summary>
    public string ChangeKey => $"suggestion:{Id}";
}
