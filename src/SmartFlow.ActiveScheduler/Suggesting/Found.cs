using SmartFlow.Contracts.Planner;

namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>What could be done about a matter, as of one version of the week.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Mark">What it looks like now.</param>
/// <param name="Version">The term's version that it was decided on.</param>
/// <param name="Candidates">The best first, at most 3.</param>
internal sealed record Found(string Title, string Mark, long Version, IReadOnlyList<Candidate> Candidates);

/// <summary>
/// Candidates as they are put together: ranked in the order in which they are added, the first three count.
/// </summary>
internal sealed class Shortlist
{
    public const int Most = 3;

    private readonly List<Candidate> candidates = [];

    public bool IsFull => candidates.Count >= Most;

    public bool HasChange => candidates.Exists(c => c.Changes.Count > 0);

    public IReadOnlyList<Candidate> Candidates => candidates;

    /// <summary>A change that the planner would make.</summary>
    /// <param name="kind">Of <see cref="CandidateKinds"/>.</param>
    /// <param name="reason">Why it would work.</param>
    /// <param name="risk">What could go wrong.</param>
    /// <param name="would">The planner's own word on it.</param>
    /// <param name="moves">What it was asked.</param>
    /// <param name="breaks">Beside the rules that the planner names.</param>
    public void Add(
        string kind,
        string reason,
        string risk,
        ChangeScheduleResponse would,
        IReadOnlyList<Move> moves,
        IEnumerable<CandidateBreak>? breaks = null
    )
    {
        if (IsFull)
            return;
        var changes = would
            .Changes.Select(c => new CandidateChange(
                (c.After ?? c.Before).Title,
                Slot(c.Before?.At),
                Slot(c.After?.At)
            ))
            .ToList();
        if (candidates.Exists(c => c.Changes.SequenceEqual(changes)))
            return;
        var rules = would.Warnings.Select(w => new CandidateBreak(
            w.Rule,
            would
                .Changes.Select(c => c.After)
                .FirstOrDefault(a => a is not null && a.ItemId == w.ItemId && a.QuickTaskId == w.QuickTaskId)
                ?.Title
                ?? ""
        ));
        Put(new Candidate(Next, kind, reason, risk, changes, [.. breaks ?? [], .. rules.Distinct()]) { Moves = moves });
    }

    /// <summary>A plan that the scheduler made and keeps.</summary>
    public void Add(string kind, string reason, string risk, MakePlanResponse plan)
    {
        if (IsFull || plan.Changes.Count == 0)
            return;
        var changes = plan.Changes.Select(c => new CandidateChange(c.Title, Slot(c.From), Slot(c.To))).ToList();
        if (candidates.Exists(c => c.Changes.SequenceEqual(changes)))
            return;
        var others = plan
            .Changes.Where(c => c.Change != "placed")
            .Skip(1)
            .Select(c => new CandidateBreak("moves_other", c.Title));
        var left = plan.Unplaced.Select(u => new CandidateBreak("stays_unplaced", u.Title));
        Put(
            new Candidate(Next, kind, reason, risk, changes, [.. others.Take(5), .. left.Take(5)])
            {
                PreviewId = plan.PreviewId,
            }
        );
    }

    /// <summary>Nothing changes in the week.</summary>
    public void Add(string kind, string reason, DateTimeOffset? remindAt = null)
    {
        if (!IsFull)
            Put(new Candidate(Next, kind, reason, "none", [], []) { RemindAt = remindAt });
    }

    private string Next => $"c{candidates.Count + 1}";

    private void Put(Candidate candidate) => candidates.Add(candidate);

    private static CandidateSlot? Slot(SlotMessage? at) =>
        at is null ? null : new(at.Date, at.Week, at.Day, at.SectionFrom, at.SectionTo);
}
