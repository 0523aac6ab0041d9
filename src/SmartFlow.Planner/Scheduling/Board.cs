namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// The term's slots and who stands in each. Reused from problem to problem, so that solving allocates little.
/// </summary>
internal sealed class Board
{
    public const int Nobody = -1;

    /// <summary>What is left of a filler course's occurrence that has its study block.</summary>
    public const int Shadow = -2;

    private int[] blocks = [],
        starts = [],
        loads = [];
    private bool[] open = [];

    public PlanProblem Problem { get; private set; } = null!;
    public Job[] Jobs { get; private set; } = [];
    public int Sections { get; private set; }
    public int Slots { get; private set; }

    /// <summary>Lays out the timetable and everything that stays.</summary>
    public void Lay(PlanProblem problem)
    {
        (Problem, Jobs, Sections, Slots) = (problem, Job.Of(problem), problem.Shape.Sections, problem.Slots.Length);
        Grow(ref blocks, Slots);
        Grow(ref starts, Jobs.Length);
        Grow(ref loads, problem.Days);
        Grow(ref open, Slots * problem.Classes.Count);
        blocks.AsSpan(0, Slots).Fill(Nobody);
        starts.AsSpan(0, Jobs.Length).Fill(Nobody);
        for (var day = 0; day < problem.Days; day++)
            loads[day] = problem.Slots.AsSpan(day * Sections, Sections).Count(SlotKind.Course);
        for (var c = 0; c < problem.Classes.Count; c++)
            Openings.Fill(problem, problem.Classes[c], open.AsSpan(c * Slots, Slots));
        for (var job = 0; job < Jobs.Length; job++)
            if (Jobs[job].Locked)
                Place(job, Jobs[job].At);
    }

    /// <summary>The job in a slot, <see cref="Nobody"/> or <see cref="Shadow"/>.</summary>
    public int this[int slot] => blocks[slot];

    /// <summary>Where a job begins, -1 while it has no place.</summary>
    public int Start(int job) => starts[job];

    /// <summary>Sections of courses on a day.</summary>
    public int CourseLoad(int day) => loads[day];

    /// <summary>The slots that a class may use but for who stands there.</summary>
    public ReadOnlySpan<bool> Open(int of) => open.AsSpan(of * Slots, Slots);

    public bool Usable(int of, int slot) => open[of * Slots + slot] && blocks[slot] == Nobody;

    /// <summary>
    /// Whether one block may stand in this slot and the next: the same part of a day and the same event, or none.
    /// </summary>
    public bool Joined(int slot) =>
        Problem.Shape.Continues(slot % Sections) && Problem.Slots[slot] == Problem.Slots[slot + 1];

    public void Place(int job, int start)
    {
        starts[job] = start;
        Mark(start, Jobs[job].Sections, Nobody, Shadow);
        blocks.AsSpan(start, Jobs[job].Sections).Fill(job);
    }

    public void Remove(int job)
    {
        if (starts[job] < 0)
            return;
        blocks.AsSpan(starts[job], Jobs[job].Sections).Fill(Nobody);
        Mark(starts[job], Jobs[job].Sections, Shadow, Nobody);
        starts[job] = Nobody;
    }

    /// <summary>An occurrence of a filler course takes one study block and is then used up.</summary>
    private void Mark(int start, int sections, int from, int to)
    {
        var occurrence = Problem.Slots[start];
        if (occurrence <= 0)
            return;
        for (var s = start - 1; s >= 0 && Problem.Slots[s] == occurrence; s--)
            if (blocks[s] == from)
                blocks[s] = to;
        for (var s = start + sections; s < Slots && Problem.Slots[s] == occurrence; s++)
            if (blocks[s] == from)
                blocks[s] = to;
    }

    private static void Grow<T>(ref T[] array, int size)
    {
        if (array.Length < size)
            array = new T[Math.Max(size, array.Length * 2)];
    }
}
