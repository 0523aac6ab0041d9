namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// What one day offers the class of a shortest path: room, and what a block adds to the terms of the day.
/// </summary>
internal sealed class DayOffer
{
    private const int Longest = PlanProblem.MaxItemSections,
        Size = DayShape.MaxSections + 1;

    private readonly int[] run = new int[Size],
        next = new int[Size];
    private readonly bool[] others = new bool[Size],
        heavyLeft = new bool[Size],
        heavyRight = new bool[Size];
    private readonly long[] switches = new long[Size],
        grown = new long[Size * (Longest + 1)];

    private Board board = null!;
    private Costs costs = null!;
    private bool heavy;
    private int of,
        from,
        to;

    /// <summary>The day's first slot.</summary>
    public int First { get; private set; }

    /// <summary>How many of its sections are usable.</summary>
    public int Room { get; private set; }

    /// <param name="any">One of the jobs: their class counts.</param>
    public void Begin(Board on, Costs with, in Job any, int after, int before) =>
        (board, costs, heavy, of, from, to) = (on, with, any.Heavy, any.Class, after, before);

    /// <summary>Usable sections in a row from here within one part of the day and one event.</summary>
    public int Run(int t) => run[t];

    /// <summary>
    /// Where the next block may begin after one that begins here: an occurrence of a filler course takes only one.
    /// </summary>
    public int Next(int t, int sections) => Math.Max(t + sections, next[t]);

    /// <summary>A block of another task class (or of ours that stays) stands here.</summary>
    public bool Others(int t) => others[t];

    /// <summary>
    /// What a block that begins here adds in switches if none of ours is between it and the last of the others.
    /// </summary>
    public long Switch(int t) => switches[t];

    /// <summary>What a block adds by standing next to heavy ones that stay.</summary>
    public long Beside(int t, int sections) =>
        heavy ? ((heavyLeft[t] ? 1 : 0) + (heavyRight[t + sections] ? 1 : 0)) * costs.OfHeavy : 0;

    /// <summary>What it adds by following a block of ours that ended here.</summary>
    public long Meet(int t) => heavy && board.Problem.Shape.Continues(t - 1) ? costs.OfHeavy : 0;

    /// <summary>What so many sections add in load and intensity when the class was given some today already.</summary>
    public long Grown(int given, int sections) => grown[given * (Longest + 1) + sections];

    /// <summary>Whether the day has room at all.</summary>
    public bool Read(int day)
    {
        First = day * board.Sections;
        Room = 0;
        for (var t = board.Sections - 1; t >= 0; t--)
        {
            var slot = First + t;
            var usable = slot >= from && slot < to && board.Usable(of, slot);
            var joined = t + 1 < board.Sections && board.Joined(slot);
            run[t] =
                !usable ? 0
                : joined ? run[t + 1] + 1
                : 1;
            next[t] =
                board.Problem.Slots[slot] > 0
                && t + 1 < board.Sections
                && board.Problem.Slots[slot] == board.Problem.Slots[slot + 1]
                    ? next[t + 1]
                    : t + 1;
            if (usable)
                Room++;
        }
        if (Room == 0)
            return false;
        ReadBlocks();
        return true;
    }

    private void ReadBlocks()
    {
        var (study, own) = (0, 0);
        Array.Clear(heavyLeft);
        Array.Clear(heavyRight);
        for (var t = 0; t < board.Sections; t++)
        {
            others[t] = false;
            if (board[First + t] is not (>= 0 and var block))
                continue;
            ref var job = ref board.Jobs[block];
            study++;
            if (job.Class == of)
                own++;
            others[t] = job.Class >= 0;
            heavyRight[t] = job.Heavy && t > 0 && board.Problem.Shape.Continues(t - 1);
            heavyLeft[t + 1] = job.Heavy && board.Problem.Shape.Continues(t);
        }
        ReadSwitches();
        var load = board.CourseLoad(First / board.Sections) + study;
        for (var given = 0; given <= Room; given++)
        for (var sections = 1; sections <= Longest; sections++)
            grown[given * (Longest + 1) + sections] =
                costs.OfLoad(load + given, sections) + costs.OfIntensity(of, own + given, sections);
    }

    /// <summary>Between x and y: x ≠ ours and ours ≠ y come, x ≠ y goes.</summary>
    private void ReadSwitches()
    {
        var before = -1;
        for (var t = 0; t < board.Sections; t++)
        {
            switches[t] = before >= 0 && before != of ? 1 : 0;
            if (others[t])
                before = board.Jobs[board[First + t]].Class;
            heldBefore[t + 1] = before;
        }
        var after = -1;
        for (var t = board.Sections - 1; t >= 0; t--)
        {
            if (after >= 0 && after != of)
                switches[t]++;
            if (after >= 0 && heldBefore[t] >= 0 && after != heldBefore[t])
                switches[t]--;
            switches[t] *= costs.OfSwitch;
            if (others[t])
                after = board.Jobs[board[First + t]].Class;
        }
    }

    private readonly int[] heldBefore = [.. Enumerable.Repeat(-1, Size)];
}
