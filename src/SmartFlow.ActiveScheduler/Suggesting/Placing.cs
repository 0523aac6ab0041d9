using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>
/// Ways to give one thing a place, each tried on the planner's own rules by a dry run: a free place in the window, the
/// scheduler, another block that gives way, half of another block as the last resort, and a place after the window.
/// </summary>
internal sealed class Placing(IPlanner planner, ulong userId, Horizon horizon, Shortlist list)
{
    private const int OpeningsTried = 4;
    private const int BlocksTried = 3;
    private const int Longest = 4;
    private static readonly TimeSpan Close = TimeSpan.FromHours(3);

    /// <summary>A free place in the window, before the deadline.</summary>
    /// <returns>There is one.</returns>
    public async Task<bool> InWindowAsync(Thing thing, string kind, string reason, CancellationToken cancellationToken)
    {
        var limit = thing.DeadlineAt < horizon.Until ? thing.DeadlineAt.Value : horizon.Until;
        var free = (await horizon.OpeningsAsync(thing.Sections, thing.PlanId, cancellationToken)).Where(o =>
            o.EndsAt <= limit
        );
        foreach (var opening in free.Take(OpeningsTried))
        {
            Move[] moves = [thing.To(opening)];
            if (await horizon.TryAsync(moves, cancellationToken) is not { } would)
                continue;
            list.Add(
                kind,
                reason,
                thing.DeadlineAt - opening.EndsAt < Close ? "close_to_deadline" : "none",
                would,
                moves
            );
            return true;
        }
        return false;
    }

    /// <summary>
    /// The scheduler plans the study plans anew around what was missed or lost, moving as little as it can.
    /// </summary>
    public async Task BySchedulerAsync(
        IReadOnlyCollection<ulong> plans,
        IReadOnlyCollection<ulong> missedItems,
        CancellationToken cancellationToken
    )
    {
        if (plans.Count == 0 || list.IsFull)
            return;
        try
        {
            var request = new MakePlanRequest { UserId = userId, Replan = true };
            request.TaskClassIds.Add(plans);
            request.MissedItemIds.Add(missedItems);
            var plan = await planner.MakePlanAsync(request, cancellationToken);
            if (plan.BaseVersion == horizon.Version)
                list.Add(CandidateKinds.MakeUp, "scheduler", plan.Changes.Count > 1 ? "moves_others" : "none", plan);
        }
        catch (RefusedException e) when (e.Code != ErrorCodes.Unavailable)
        {
            // A plan that is placed by hand, or too many plans at once: the other candidates stand.
        }
    }

    /// <summary>Another block of the window moves to a later place, and the thing takes its own.</summary>
    public async Task<bool> InsteadOfAsync(Thing thing, CancellationToken cancellationToken)
    {
        foreach (var block in GivingWay(thing).Where(b => Length(b) >= thing.Sections).Take(BlocksTried))
        {
            var other = Thing.Of(block);
            var later = (await horizon.OpeningsAsync(other.Sections, other.PlanId, cancellationToken)).Where(o =>
                o.StartsAt > block.EndsAt.ToDateTimeOffset() && !(o.EndsAt > other.DeadlineAt)
            );
            foreach (var opening in later.Take(2))
            {
                Move[] moves = [other.To(opening), At(thing, block, block.At.SectionFrom, thing.Sections)];
                if (await horizon.TryAsync(moves, cancellationToken) is not { } would)
                    continue;
                list.Add(
                    CandidateKinds.Postpone,
                    "other_gives_way",
                    "moves_others",
                    would,
                    moves,
                    [new("moves_other", block.Title)]
                );
                return true;
            }
        }
        return false;
    }

    /// <summary>Half of a block of the window each: for when nothing else fits.</summary>
    public async Task<bool> HalfEachAsync(Thing thing, CancellationToken cancellationToken)
    {
        foreach (var block in GivingWay(thing).Where(b => Length(b) is >= 2 and <= Longest).Take(BlocksTried))
        {
            var half = Length(block) / 2;
            var kept = Length(block) - half;
            Move[] moves =
            [
                new()
                {
                    PlacementId = block.Id,
                    Date = block.At.Date,
                    SectionFrom = block.At.SectionFrom,
                    Sections = kept,
                },
                At(thing, block, block.At.SectionFrom + kept, half),
            ];
            if (await horizon.TryAsync(moves, cancellationToken) is not { } would)
                continue;
            List<CandidateBreak> breaks = [new("shortens", block.Title)];
            if (half < thing.Sections)
                breaks.Add(new("shortens", thing.Title));
            list.Add(CandidateKinds.Merge, "half_each", "half_time", would, moves, breaks);
            return true;
        }
        return false;
    }

    /// <summary>A free place after the window, before the deadline.</summary>
    public async Task<bool> AfterWindowAsync(Thing thing, CancellationToken cancellationToken)
    {
        if (list.IsFull)
            return false;
        var free = (await horizon.OpeningsAsync(thing.Sections, thing.PlanId, cancellationToken)).Where(o =>
            o.StartsAt >= horizon.Until && !(o.EndsAt > thing.DeadlineAt)
        );
        foreach (var opening in free.Take(OpeningsTried))
        {
            Move[] moves = [thing.To(opening)];
            if (await horizon.TryAsync(moves, cancellationToken) is not { } would)
                continue;
            list.Add(CandidateKinds.Postpone, "later_place", "after_window", would, moves);
            return true;
        }
        return false;
    }

    /// <summary>Two hours from now, or half way to the deadline where that is sooner.</summary>
    public void Remind(DateTimeOffset? deadlineAt)
    {
        var at = horizon.Now.AddHours(2);
        if (
            deadlineAt is { } due
            && due > horizon.Now
            && horizon.Now + (due - horizon.Now) / 2 is var half
            && half < at
        )
            at = half;
        list.Add(CandidateKinds.Remind, "later_word", at);
    }

    /// <summary>
    /// Blocks of the window that could give way for the thing: before its deadline, not locked, not due in the window
    /// themselves.
    /// </summary>
    private IEnumerable<BlockMessage> GivingWay(Thing thing) =>
        horizon.ComingInside.Where(b =>
            !b.Locked
            && b.Id != thing.PlacementId
            && !(b.EndsAt.ToDateTimeOffset() > thing.DeadlineAt)
            && !(b.DeadlineAt?.ToDateTimeOffset() <= horizon.Until)
            && (thing.PlanId == 0 || b.TaskClassId != thing.PlanId)
        );

    private static Move At(Thing thing, BlockMessage block, int section, int sections) =>
        new()
        {
            PlacementId = thing.PlacementId,
            ItemId = thing.ItemId,
            TaskId = thing.TaskId,
            Date = block.At.Date,
            SectionFrom = section,
            Sections = sections,
        };

    private static int Length(BlockMessage block) => block.At.SectionTo - block.At.SectionFrom + 1;
}
