namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// How many sections of a class can be placed at all in its order, by a shortest path that counts nothing else. It is
/// so much cheaper than the real one that it is asked before it, and for one relaxed rule after the other.
/// </summary>
internal sealed class Capacity
{
    private int[] run = [],
        next = [],
        before = [],
        after = [];

    /// <param name="jobs">Of one class, in order; the locked ones among them are passed over, no other is on the
    /// board.</param>
    /// <param name="open">The slots that the class may use.</param>
    /// <param name="from">The first slot that counts, and the first that no longer does.</param>
    public int Of(Board board, ReadOnlySpan<Job> jobs, ReadOnlySpan<bool> open, int from, int to)
    {
        if (to <= from)
            return 0;
        Read(board, open, from, to);
        Array.Clear(before, 0, to - from + 1);
        foreach (ref readonly var job in jobs)
        {
            if (job.Locked)
                continue;
            before.AsSpan(0, to - from + 1).CopyTo(after);
            for (var start = Math.Max(from, job.From); start + job.Sections <= Math.Min(job.To, to); start++)
                if (run[start - from] >= job.Sections)
                {
                    var end = Math.Max(start + job.Sections, next[start - from]) - from;
                    after[end] = Math.Max(after[end], before[start - from] + job.Sections);
                }
            for (var s = 1; s <= to - from; s++)
                after[s] = Math.Max(after[s], after[s - 1]);
            (before, after) = (after, before);
        }
        return before[to - from];
    }

    private void Read(Board board, ReadOnlySpan<bool> open, int from, int to)
    {
        if (run.Length < to - from + 1)
            (run, next, before, after) = (
                new int[board.Slots + 1],
                new int[board.Slots + 1],
                new int[board.Slots + 1],
                new int[board.Slots + 1]
            );
        var slots = board.Problem.Slots;
        for (var s = to - 1; s >= from; s--)
        {
            run[s - from] =
                !open[s] || board[s] != Board.Nobody ? 0
                : s + 1 < to && board.Joined(s) ? run[s - from + 1] + 1
                : 1;
            next[s - from] = slots[s] > 0 && s + 1 < to && slots[s] == slots[s + 1] ? next[s - from + 1] : s + 1;
        }
    }
}
