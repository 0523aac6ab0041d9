namespace SmartFlow.Planner.Schedule;

/// <summary>One time that a course or a personal event takes place.</summary>
internal sealed record CourseTime(long ArrangementId, string Title, Slot At, bool Embeddable)
{
    public BlockKind Kind { get; init; }
}

/// <summary>How many weeks and sections a day there are.</summary>
internal readonly record struct Grid(int Weeks, int SectionsPerDay)
{
    public bool Has(Slot slot) =>
        slot.Week >= 1
        && slot.Week <= Weeks
        && slot.Day is >= 1 and <= 7
        && slot.SectionFrom >= 1
        && slot.SectionFrom <= slot.SectionTo
        && slot.SectionTo <= SectionsPerDay;
}

/// <summary>Whether a study block may stand in a slot, and inside which course if it may.</summary>
/// <param name="Rule">Null: it may. Otherwise a word of <see cref="Rules"/>.</param>
/// <param name="ArrangementId">The filler course that it would be embedded in.</param>
/// <param name="Courses">The courses in the way.</param>
/// <param name="Blocks">The study blocks in the way.</param>
internal sealed record Fit(
    string? Rule,
    long? ArrangementId,
    IReadOnlyList<CourseTime> Courses,
    IReadOnlyList<Subject> Blocks
)
{
    public static Fit Free { get; } = new(null, null, [], []);
}

/// <summary>
/// Who owns each section of a term. A section has one owner; one study block may share those of one occurrence of an
/// embeddable course if it lies inside it entirely. Pure; the courses stay, the study blocks come and go.
/// </summary>
internal sealed class Occupancy
{
    private readonly Grid grid;
    private readonly ILookup<(int Week, int Day), CourseTime> courses;
    private readonly Dictionary<Subject, Slot> slots = [];
    private readonly Dictionary<(int Week, int Day), List<Subject>> byDay = [];

    public Occupancy(Grid grid, IEnumerable<CourseTime> courses)
    {
        this.grid = grid;
        this.courses = courses.ToLookup(c => (c.At.Week, c.At.Day));
    }

    public void Put(Subject subject, Slot slot)
    {
        slots.Add(subject, slot);
        if (!byDay.TryGetValue((slot.Week, slot.Day), out var day))
            byDay.Add((slot.Week, slot.Day), day = []);
        day.Add(subject);
    }

    public void Lift(Subject subject)
    {
        if (slots.Remove(subject, out var slot))
            byDay[(slot.Week, slot.Day)].Remove(subject);
    }

    public Fit Check(Slot slot)
    {
        if (!grid.Has(slot))
            return new Fit(Rules.OutsideTerm, null, [], []);
        var day = byDay.GetValueOrDefault((slot.Week, slot.Day), []);
        var blocks = Overlapping(day, slot);
        CourseTime[] met = [.. courses[(slot.Week, slot.Day)].Where(c => c.At.Overlaps(slot))];
        if (blocks.Length > 0)
            return new Fit(Rules.Overlap, null, [], blocks);
        if (met.Length == 0)
            return Fit.Free;
        if (met is not [{ Embeddable: true } filler] || !filler.At.Contains(slot))
            return new Fit(met.All(c => c.Embeddable) ? Rules.CrossesFiller : Rules.Overlap, null, met, []);
        var inside = Overlapping(day, filler.At);
        return inside.Length == 0
            ? new Fit(null, filler.ArrangementId, [], [])
            : new Fit(Rules.FillerTaken, null, [], inside);
    }

    private Subject[] Overlapping(List<Subject> day, Slot slot) => [.. day.Where(s => slots[s].Overlaps(slot))];
}
