namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// Why an item has no place: places are crossed out rule by rule, and the reason is the rule that took the last one.
/// </summary>
internal static class Reasons
{
    public static Rule Of(Board board, int job)
    {
        var last = Rule.Dates;
        for (var start = 0; start + board.Jobs[job].Sections <= board.Slots && last < Rule.Full; start++)
            if (Fits(board, start, board.Jobs[job].Sections))
                last = (Rule)Math.Max((int)last, (int)Against(board, board.Jobs[job], start));
        return last;
    }

    private static bool Fits(Board board, int start, int sections)
    {
        for (var s = start; s + 1 < start + sections; s++)
            if (!board.Problem.Shape.Continues(s % board.Sections))
                return false;
        return true;
    }

    /// <summary>The first rule that speaks against a place.</summary>
    private static Rule Against(Board board, in Job job, int start)
    {
        var (problem, end) = (board.Problem, start + job.Sections);
        var of = problem.Classes[job.Class];
        var day = start / board.Sections;
        if (day < of.FirstDay || day > of.LastDay)
            return Rule.Dates;
        if (start < problem.Now)
            return Rule.Past;
        if (end > job.Deadline)
            return Rule.Deadline;
        for (var s = start; s < end; s++)
            if (Openings.Excludes(of, s, board.Sections))
                return Rule.Excluded;
        var slots = problem.Slots.AsSpan(start, job.Sections);
        if (slots.Contains(SlotKind.Holiday))
            return Rule.Holiday;
        for (var s = start; s < end; s++)
            if (Openings.Forbids(problem, s))
                return Rule.Hours;
        if (
            !of.AllowFiller
            && slots.ContainsAnyInRange(1, int.MaxValue)
            && !slots.ContainsAnyInRange(SlotKind.Closed, SlotKind.Course)
        )
            return Rule.Filler;
        if (slots[0] < 0 || slots.ContainsAnyExcept(slots[0]))
            return Rule.Occupied;
        for (var s = start; s < end; s++)
            if (Stays(board, s))
                return Rule.Occupied;
        return start < job.From || end > job.To ? Rule.Order : Rule.Full;
    }

    /// <summary>
    /// Whether a block that stays stands in the slot, or in the filler course that the slot belongs to.
    /// </summary>
    private static bool Stays(Board board, int slot)
    {
        if (board[slot] != Board.Shadow)
            return board[slot] >= 0 && board.Jobs[board[slot]].Locked;
        var occurrence = board.Problem.Slots[slot];
        var s = slot;
        while (s > 0 && board.Problem.Slots[s - 1] == occurrence)
            s--;
        for (; s < board.Slots && board.Problem.Slots[s] == occurrence; s++)
            if (board[s] >= 0)
                return board.Jobs[board[s]].Locked;
        return false;
    }
}
