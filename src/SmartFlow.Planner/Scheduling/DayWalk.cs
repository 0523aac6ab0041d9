namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// One day, section by section. Row i knows, for every section, for every number of sections that the class was given
/// today and for how its last block of today stands to what comes (apart, near, touching), the cheapest way to be done
/// with the first i jobs. No term of the cost asks more of the past, so the cheapest way is the cheapest plan.
/// </summary>
internal sealed class DayWalk
{
    public const long Never = long.MaxValue;

    /// <summary>
    /// No block of ours since the last block of others; one, with a gap; one that ended where we are.
    /// </summary>
    private const int Apart = 0,
        Near = 1,
        Touching = 2,
        Modes = 3;

    /// <summary>How a cell was reached: its step is the cell before × Kinds + one of these.</summary>
    private const int Arrive = 0,
        Leave = 1,
        Omit = 2,
        Put = 3,
        Kinds = 4;

    private readonly DayOffer offer = new();
    private long[] values = [];
    private int[] steps = [];
    private int[] jobs = [];
    private int count,
        size,
        width,
        sections;
    private long tooDear;
    private Board board = null!;
    private Costs costs = null!;
    private Noise noise;

    public long Work { get; private set; }

    private bool Skips => tooDear > Costs.Missing;

    /// <param name="left">Sections that have to be left out: ways that leave out more are not followed.</param>
    public void Begin(Board on, Costs with, ReadOnlySpan<int> of, int from, int to, Noise disturbed, int left)
    {
        tooDear = (left + 1) * Costs.Missing;
        (board, costs, count, noise) = (on, with, of.Length, disturbed);
        if (jobs.Length < count)
            jobs = new int[Math.Max(count, jobs.Length * 2)];
        of.CopyTo(jobs);
        sections = 0;
        foreach (var job in of)
            sections += on.Jobs[job].Sections;
        if (count > 0)
            offer.Begin(on, with, on.Jobs[jobs[0]], from, to);
    }

    /// <summary>What it costs to leave a job out as well, <see cref="Never"/> if that is too much.</summary>
    public long Skip(int item, long before)
    {
        if (before == Never)
            return Never;
        var cost = before + costs.OfMissing(board.Jobs[jobs[item]]);
        return cost < tooDear ? cost : Never;
    }

    /// <summary>Whether the day has room for anything.</summary>
    public bool Enter(int day)
    {
        if (count == 0 || !offer.Read(day))
            return false;
        width = Math.Min(offer.Room, sections) + 1;
        size = (board.Sections + 1) * width * Modes;
        return true;
    }

    /// <summary>
    /// From the cheapest ways to reach the day to the cheapest ways to leave it; both by jobs done with.
    /// </summary>
    public void Forward(ReadOnlySpan<long> before, Span<long> after)
    {
        Hold(rows: 2);
        var reached = false;
        for (var i = 0; i <= count; i++)
        {
            var row = i & 1;
            reached = Walk(i, row, reached ? row ^ 1 : -1, before[i]);
            after[i] = reached ? values[Best(row)] : Never;
        }
    }

    /// <summary>
    /// Finds the way by which <see cref="Forward"/> was done with so many; returns how many were before this day.
    /// </summary>
    public int Back(ReadOnlySpan<long> before, int done, Span<int> starts)
    {
        // A day has room for so many jobs at most, so without skips no earlier row leads here.
        var first = Skips ? 0 : Math.Max(0, done - offer.Room);
        Hold(rows: done - first + 1);
        var reached = false;
        for (var i = first; i <= done; i++)
            reached = Walk(i, i - first, reached ? i - first - 1 : -1, before[i]);
        for (var at = Best(done - first); ; )
        {
            var (from, kind) = Math.DivRem(steps[at], Kinds);
            if (kind == Arrive)
                return done;
            if (kind is Put or Omit)
                done--;
            if (kind == Put)
                starts[done] = offer.First + from % size / (width * Modes);
            at = from;
        }
    }

    /// <summary>
    /// Fills a row from the one before it, -1 where that was out of reach; false when this one is, too.
    /// </summary>
    private bool Walk(int item, int row, int previous, long arrival)
    {
        if (arrival == Never && previous < 0)
            return false;
        Work += size;
        values.AsSpan(row * size, size).Fill(Never);
        if (arrival != Never)
            Take(row * size, arrival, 0, Arrive);
        if (previous >= 0 && Skips)
            SkipJob(item - 1, row * size, previous * size);
        if (previous >= 0)
            PutJob(jobs[item - 1], row * size, previous * size);
        LeaveSections(row * size);
        return values[Best(row)] != Never;
    }

    private void SkipJob(int item, int row, int previous)
    {
        for (var cell = 0; cell < size; cell++)
            if (Skip(item, values[previous + cell]) is not Never and var cost)
                Take(row + cell, cost, previous + cell, Omit);
    }

    private void PutJob(int number, int row, int previous)
    {
        ref var job = ref board.Jobs[number];
        for (var t = 0; t + job.Sections <= board.Sections; t++)
        {
            var slot = offer.First + t;
            if (offer.Run(t) < job.Sections || slot < job.From || slot + job.Sections > job.To)
                continue;
            var own = costs.OfItem(job, slot) + offer.Beside(t, job.Sections) + noise.Of(number, slot);
            var next = offer.Next(t, job.Sections);
            var mode = next == t + job.Sections ? Touching : Near;
            for (var given = 0; given + job.Sections < width; given++)
            {
                var grown = own + offer.Grown(given, job.Sections);
                var (from, to) = (
                    previous + (t * width + given) * Modes,
                    row + (next * width + given + job.Sections) * Modes + mode
                );
                if (values[from + Apart] is not Never and var apart)
                    Take(to, apart + grown + offer.Switch(t), from + Apart, Put);
                if (values[from + Near] is not Never and var near)
                    Take(to, near + grown, from + Near, Put);
                if (values[from + Touching] is not Never and var touching)
                    Take(to, touching + grown + offer.Meet(t), from + Touching, Put);
            }
        }
    }

    /// <summary>
    /// Passing a section without a block of ours: nothing touches any more, and a block of others is between.
    /// </summary>
    private void LeaveSections(int row)
    {
        for (var t = 0; t < board.Sections; t++)
        for (var given = 0; given < width; given++)
        {
            var (from, to) = (row + (t * width + given) * Modes, row + ((t + 1) * width + given) * Modes);
            var near = offer.Others(t) ? Apart : Near;
            if (values[from + Apart] is not Never and var apart)
                Take(to + Apart, apart, from + Apart, Leave);
            if (values[from + Near] is not Never and var v)
                Take(to + near, v, from + Near, Leave);
            if (values[from + Touching] is not Never and var touching)
                Take(to + near, touching, from + Touching, Leave);
        }
    }

    private void Take(int cell, long cost, int from, int kind)
    {
        if (cost >= values[cell])
            return;
        values[cell] = cost;
        steps[cell] = from * Kinds + kind;
    }

    /// <summary>The cheapest cell at the end of the day.</summary>
    private int Best(int row)
    {
        var (from, best) = (row * size + board.Sections * width * Modes, row * size + board.Sections * width * Modes);
        for (var cell = from + 1; cell < (row + 1) * size; cell++)
            if (values[cell] < values[best])
                best = cell;
        return best;
    }

    private void Hold(int rows)
    {
        if (values.Length >= rows * size)
            return;
        values = new long[Math.Max(rows * size, values.Length * 2)];
        steps = new int[values.Length];
    }
}
