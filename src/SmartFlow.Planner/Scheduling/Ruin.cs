namespace SmartFlow.Planner.Scheduling;

/// <summary>One change of the climb: a few days are cleared and planned again. It knows its way back.</summary>
internal sealed class Ruin
{
    /// <summary>
    /// Jobs that one class gives up at once, and the days cleared; both are few, so that a round takes microseconds.
    /// </summary>
    private const int MaxRun = 12,
        MaxDays = 5;

    private const int AllDays = PlanProblem.MaxDays;

    private readonly Search search;
    private readonly Dice dice;
    private readonly Board board;
    private readonly int[] everyone;
    private readonly int[] places;
    private readonly int[] some = new int[PlanProblem.MaxItems];
    private readonly Stretch[] stretches;
    private int count,
        firstDay,
        lastDay,
        reach;

    public Ruin(Search search, Dice dice)
    {
        (this.search, this.dice, board) = (search, dice, search.Board);
        everyone = [.. Enumerable.Range(0, search.Classes).SelectMany(c => search.Jobs(c).ToArray())];
        places = new int[board.Jobs.Length];
        stretches = new Stretch[search.Classes];
    }

    /// <summary>Jobs of a class one after the other, by their positions in it.</summary>
    private readonly record struct Stretch(int Class, int First, int Length);

    public bool Possible => everyone.Length > 0;

    /// <summary>Changes the board; returns by how much its cost changed.</summary>
    /// <param name="partial">Something is missing: then classes sometimes leave out an item at first, so that others
    /// may fit.</param>
    public long Try(bool partial)
    {
        Choose();
        Shuffle();
        var change = 0L;
        foreach (var stretch in Chosen)
        foreach (var job in Jobs(stretch))
            places[job] = board.Start(job);
        foreach (var stretch in Chosen)
            change -= search.Take(Jobs(stretch));
        var noise = dice.Next(4) == 0 ? default : new Noise(dice.Seed(), 1 << 16 + dice.Next(13));
        var thins = partial && dice.Next(2) == 0;
        foreach (var stretch in Chosen)
            change += thins ? PutSome(stretch, noise) : Put(stretch, Jobs(stretch), noise);
        // Once more without the noise, now that each knows where the others are.
        foreach (var stretch in Chosen)
            change += -search.Take(Jobs(stretch)) + Put(stretch, Jobs(stretch), default);
        return change;
    }

    public void Undo()
    {
        foreach (var stretch in Chosen)
        foreach (var job in Jobs(stretch))
            board.Remove(job);
        foreach (var stretch in Chosen)
        foreach (var job in Jobs(stretch))
            if (places[job] >= 0)
                board.Place(job, places[job]);
    }

    private Span<Stretch> Chosen => stretches.AsSpan(0, count);

    private ReadOnlySpan<int> Jobs(Stretch stretch) => search.Jobs(stretch.Class).Slice(stretch.First, stretch.Length);

    /// <summary>The days around an item, and what the classes have there.</summary>
    private void Choose()
    {
        var centre = everyone[dice.Next(everyone.Length)];
        var day =
            (board.Start(centre) >= 0 ? board.Start(centre) : board.Jobs[centre].IdealMilli / 1_000 * board.Sections)
            / board.Sections;
        var days = dice.Next(MaxDays);
        firstDay = day - dice.Next(days + 1);
        lastDay = firstDay + days;
        reach = dice.Next(4) switch
        {
            0 => 1,
            1 => 3,
            2 => 8,
            _ => AllDays,
        };
        count = 0;
        for (var c = 0; c < search.Classes; c++)
        {
            var isCentre = c == board.Jobs[centre].Class;
            if (!isCentre && dice.Next(4) == 0)
                continue;
            var stretch = Within(c, isCentre ? centre : -1);
            if (stretch.Length > 0)
                stretches[count++] = stretch;
        }
    }

    private Stretch Within(int of, int centre)
    {
        var jobs = search.Jobs(of);
        var (from, to, middle) = (jobs.Length, -1, -1);
        for (var p = 0; p < jobs.Length; p++)
        {
            if (jobs[p] == centre)
                middle = p;
            var isIn =
                jobs[p] == centre
                || (
                    board.Start(jobs[p]) is >= 0 and var start
                    && start / board.Sections is var day
                    && day >= firstDay
                    && day <= lastDay
                );
            if (isIn)
                (from, to) = (Math.Min(from, p), p);
        }
        if (to < 0)
            return default;
        // What has no place there may find one.
        while (from > 0 && board.Start(jobs[from - 1]) < 0)
            from--;
        while (to + 1 < jobs.Length && board.Start(jobs[to + 1]) < 0)
            to++;
        if (to - from < MaxRun)
            return new Stretch(of, from, to - from + 1);
        if (middle < 0)
            middle = from + dice.Next(to - from + 1);
        from = Math.Clamp(middle - dice.Next(MaxRun), from, to - MaxRun + 1);
        return new Stretch(of, from, MaxRun);
    }

    /// <summary>Leaves out about every fourth.</summary>
    private long PutSome(Stretch stretch, Noise noise)
    {
        var (cost, kept) = (0L, 0);
        foreach (var job in Jobs(stretch))
            if (dice.Next(4) == 0)
                cost += search.Costs.OfMissing(board.Jobs[job]);
            else
                some[kept++] = job;
        return cost + Put(stretch, some.AsSpan(0, kept), noise);
    }

    /// <summary>Between the neighbours that stayed, and not too far away.</summary>
    private long Put(Stretch stretch, ReadOnlySpan<int> those, Noise noise)
    {
        var jobs = search.Jobs(stretch.Class);
        var (before, after) = (stretch.First - 1, stretch.First + stretch.Length);
        while (before >= 0 && board.Start(jobs[before]) < 0)
            before--;
        while (after < jobs.Length && board.Start(jobs[after]) < 0)
            after++;
        var from = before < 0 ? 0 : board.Start(jobs[before]) + board.Jobs[jobs[before]].Sections;
        var to = after == jobs.Length ? board.Slots : board.Start(jobs[after]);
        from = Math.Max(from, (firstDay - reach) * board.Sections);
        to = Math.Min(to, (lastDay + reach + 1) * board.Sections);
        return search.Put(those, from, to, noise);
    }

    private void Shuffle()
    {
        for (var i = count - 1; i > 0; i--)
        {
            var j = dice.Next(i + 1);
            (stretches[i], stretches[j]) = (stretches[j], stretches[i]);
        }
    }
}
