namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// The cost of docs/scheduling.md. A term's amount is in thousandths of its unit, its cost amount × weight in
/// millionths of a point: whole numbers throughout, so that equal plans cost exactly the same.
/// </summary>
internal sealed class Costs(Board board)
{
    /// <summary>
    /// What a section without a place costs: more than every soft term of the largest problem together.
    /// </summary>
    public const long Missing = 1_000_000_000_000_000;

    private const int Milli = 1_000,
        SlackDays = 2,
        Week = 7;

    private readonly PlanProblem problem = board.Problem;
    private readonly Weights weights = board.Problem.Weights;
    private readonly int sections = board.Sections;

    /// <summary>What an item's own place costs.</summary>
    public long OfItem(in Job job, int start) =>
        (long)Spacing(job, start) * weights.Spacing
        + (long)Slack(job, start) * weights.Slack
        + (long)TimeOfDay(job, start) * weights.TimeOfDay
        + (long)Moved(job, start) * weights.Moved
        + (long)Hours(start) * weights.Hours;

    /// <summary>
    /// Steady: days between the middle of its day and its ideal. Rapid: days from the start of the class to its end.
    /// </summary>
    public int Spacing(in Job job, int start)
    {
        var of = problem.Classes[job.Class];
        if (of.Strategy == Strategy.Steady)
            return Math.Abs(start / sections * Milli + Milli / 2 - job.IdealMilli);
        return (start + job.Sections - Math.Max(of.FirstDay * sections, problem.Now)) * Milli / sections;
    }

    /// <summary>Days missing to two between its end and its deadline.</summary>
    public int Slack(in Job job, int start) =>
        job.Deadline == int.MaxValue
            ? 0
            : Math.Max(0, SlackDays * Milli - (job.Deadline - start - job.Sections) * Milli / sections);

    public int TimeOfDay(in Job job, int start) =>
        Preference.Milli(problem.Classes[job.Class].Subject, problem.Shape.Time(start % sections));

    /// <summary>1 where it begins outside the hours that the user likes.</summary>
    public int Hours(int start) =>
        problem.Unwanted.Length > 0 && problem.Unwanted[start / sections % Week * sections + start % sections]
            ? Milli
            : 0;

    /// <summary>What an item costs that is left out.</summary>
    public long OfMissing(in Job job) => job.Sections * Missing + (long)Unplaced(job) * weights.Moved;

    /// <summary>Left out where it stood somewhere: as much as the farthest move.</summary>
    public int Unplaced(in Job job) => job.At < 0 ? 0 : 2 * Milli;

    /// <summary>0 where it stayed, else one and the share of a week that it went.</summary>
    public int Moved(in Job job, int start) =>
        job.At < 0 || job.At == start
            ? 0
            : Milli + Math.Min(Week * Milli, Math.Abs(start - job.At) * Milli / sections) / Week;

    /// <summary>What further sections of study on a day of so many cost.</summary>
    public long OfLoad(int before, int added) =>
        ((long)(before + added) * (before + added) - (long)before * before) * weights.Load * Milli;

    /// <summary>What further sections of a class on a day on which it has so many cost.</summary>
    public long OfIntensity(int of, int before, int added)
    {
        var comfort = Preference.SectionsADay(problem.Classes[of].Intensity);
        var (less, more) = (Math.Max(0, before - comfort), Math.Max(0, before + added - comfort));
        return ((long)more * more - (long)less * less) * weights.Intensity * Milli;
    }

    public long OfHeavy => (long)weights.Heavy * Milli;

    public long OfSwitch => (long)weights.Switches * Milli;

    /// <summary>The whole board: every item and every day.</summary>
    public long Total()
    {
        var total = 0L;
        for (var j = 0; j < board.Jobs.Length; j++)
            if (!board.Jobs[j].Locked)
                total += board.Start(j) < 0 ? OfMissing(board.Jobs[j]) : OfItem(board.Jobs[j], board.Start(j));
        for (var day = 0; day < problem.Days; day++)
            total += OfDay(day);
        return total;
    }

    public long OfDay(int day)
    {
        var (load, intensity, heavy, switches) = Amounts(day);
        return (
                load * weights.Load
                + intensity * weights.Intensity
                + heavy * weights.Heavy
                + switches * weights.Switches
            ) * Milli;
    }

    /// <summary>The terms of a day in whole units, read off its slots.</summary>
    public (long Load, long Intensity, long Heavy, long Switches) Amounts(int day)
    {
        Span<int> own = stackalloc int[PlanProblem.MaxClasses];
        own.Clear();
        var (study, heavy, switches, subject) = (0, 0L, 0L, -1);
        for (var s = 0; s < sections; s++)
        {
            var block = board[day * sections + s];
            if (block < 0)
                continue;
            ref var job = ref board.Jobs[block];
            study++;
            if (job.Class >= 0 && job.Class < problem.Classes.Count)
                own[job.Class]++;
            if (
                s > 0
                && problem.Shape.Continues(s - 1)
                && board[day * sections + s - 1] is >= 0 and var left
                && left != block
                && job.Heavy
                && board.Jobs[left].Heavy
            )
                heavy++;
            if (job.Class < 0)
                continue;
            if (subject >= 0 && subject != job.Class)
                switches++;
            subject = job.Class;
        }
        if (study == 0)
            return default;
        var intensity = 0L;
        for (var c = 0; c < problem.Classes.Count; c++)
        {
            var over = Math.Max(0, own[c] - Preference.SectionsADay(problem.Classes[c].Intensity));
            intensity += (long)over * over;
        }
        var courses = board.CourseLoad(day);
        return ((long)(courses + study) * (courses + study) - (long)courses * courses, intensity, heavy, switches);
    }
}
