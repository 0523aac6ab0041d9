using System.ComponentModel.DataAnnotations;
using SmartFlow.ActiveScheduler.Suggesting;

namespace SmartFlow.ActiveScheduler.Suggestions;

/// <summary>Something to decide about the coming hours.</summary>
/// <param name="Id">For the word on it.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Title">What it is about; data of the user's own.</param>
/// <param name="State">open until its user's word, or the hour is over.</param>
/// <param name="Candidates">At most 3, as the planner ranks them.</param>
/// <param name="Recommended">The candidate that is put first.</param>
/// <param name="ChosenBy">Who put it first: a model, or the planner's own order.</param>
/// <param name="Explanation">The model's words in plain text; null: none.</param>
/// <param name="CreditMicros">What the model's choice cost.</param>
/// <param name="Picked">The candidate that was confirmed.</param>
internal sealed record SuggestionView(
    long Id,
    [property: AllowedValues("urgent", "deadline", "missed", "tired", "courses")] string Kind,
    string Title,
    [property: AllowedValues("open", "confirming", "confirmed", "dismissed", "snoozed", "expired", "outdated")]
        string State,
    IReadOnlyList<CandidateView> Candidates,
    string Recommended,
    [property: AllowedValues("model", "rules")] string ChosenBy,
    string? Explanation,
    long CreditMicros,
    string? Picked,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt
)
{
    public static SuggestionView Of(Suggestion s, DateTimeOffset now) =>
        new(
            s.Id,
            s.Kind,
            s.Title,
            StateOf(s, now),
            [.. s.ReadCandidates().Select(CandidateView.Of)],
            s.Recommended,
            s.ChosenBy,
            s.Explanation,
            s.CreditMicros,
            s.Picked,
            s.CreatedAt,
            s.ExpiresAt
        );

    /// <summary>What nobody has closed yet is over by its time.</summary>
    public static string StateOf(Suggestion s, DateTimeOffset now) =>
        s.State == SuggestionState.Open && s.ExpiresAt <= now ? "expired" : s.State.ToString().ToLowerInvariant();
}

/// <summary>One way to deal with it.</summary>
/// <param name="Kind">What would be done.</param>
/// <param name="Reason">A word for why it would work.</param>
/// <param name="Risk">A word for what could go wrong; none: nothing.</param>
/// <param name="Changes">What stands where before and after; empty: the week stays as it is.</param>
/// <param name="Breaks">What does not keep a rule or gives way.</param>
/// <param name="RemindAt">Of a reminder.</param>
internal sealed record CandidateView(
    string Id,
    [property: AllowedValues("add", "make_up", "postpone", "merge", "ask", "remind", "close")] string Kind,
    string Reason,
    string Risk,
    IReadOnlyList<CandidateChange> Changes,
    IReadOnlyList<CandidateBreak> Breaks,
    DateTimeOffset? RemindAt
)
{
    public static CandidateView Of(Candidate c) => new(c.Id, c.Kind, c.Reason, c.Risk, c.Changes, c.Breaks, c.RemindAt);
}
