namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// How many sections of a class can be placed at all in its order, by a shortest path that counts nothing else: small enough to
/// ask it for one relaxed rule after the other.
/// </summary>
internal sealed class Capacity(Board board)
{
    private readonly int[] run = new int[board.Slots], next = new int[board.Slots];
    private int[] before = new int[board.Slots + 1], after = new int[board.Slots + 1];

    /// <param name="jobs">Of one class, none of them on the board but the locked ones.</param>
    /// <param name="open">The slots that the class may use.</param>
    public int Of(ReadOnlySpan<Job> jobs, ReadOnlySpan<bool> open)
    {
        Read(open);
        Array.Clear(before);
        foreach (ref readonly var job in jobs)
        {
            if (job.Locked) continue;
            before.CopyTo(after, 0);
            for (var start = Math.Max(0, job.From); start + job.Sections <= Math.Min(job.To, board.Slots); start++)
                if (run[start] >= job.Sections)
                {
                    var end = Math.Max(start + job.Sections, next[start]);
                    after[end] = Math.Max(after[end], before[start] + job.Sections);
                }
            for (var s = 1; s < after.Length; s++) after[s] = Math.Max(after[s], after[s - 1]);
            (before, after) = (after, before);
        }
        return before[board.Slots];
    }

    private void Read(ReadOnlySpan<bool> open)
    {
        var slots = board.Problem.Slots;
        for (var s = board.Slots - 1; s >= 0; s--)
        {
            var isLast = s + 1 == board.Slots;
            run[s] = !open[s] || board[s] != Board.Nobody ? 0 : !isLast && board.Joined(s) ? run[s + 1] + 1 : 1;
            next[s] = slots[s] > 0 && !isLast && slots[s] == slots[s + 1] ? next[s + 1] : s + 1;
        }
    }
}
