using SmartFlow.Planner.Schedule;

namespace SmartFlow.Tests.Planner.Schedule;

/// <summary>A small random term and random wishes for it; both follow from the seed.</summary>
internal sealed class TermScheduleStory
{
    private const int Weeks = 2;
    private const int Sections = 6;
    private const int Classes = 2;
    private const int ItemsPerClass = 4;
    private const int Tasks = 3;
    private readonly Random random;
    private readonly Dictionary<Subject, int> lengths = [];

    public TermScheduleStory(int seed)
    {
        random = new Random(seed);
        for (var id = 1; id <= Classes * ItemsPerClass; id++)
        {
            Places.Add(id, new ItemPlace((id - 1) / ItemsPerClass, (id - 1) % ItemsPerClass));
            lengths.Add(Subject.Item(id), random.Next(1, 4));
        }
        for (var id = 1; id <= Tasks; id++)
            lengths.Add(Subject.Task(id), random.Next(1, 3));
        for (var n = 1; n <= 8; n++)
            AddCourse(n);
        Schedule = new TermSchedule(new Grid(Weeks, Sections), Courses, Places, []);
    }

    public TermSchedule Schedule { get; private set; }

    public List<CourseTime> Courses { get; } = [];

    public Dictionary<long, ItemPlace> Places { get; } = [];

    public int Granted { get; private set; }

    public Dictionary<string, int> Refused { get; } = [];

    /// <summary>What was granted and not undone, as the database keeps it.</summary>
    public Stack<ScheduleChange> Log { get; } = [];

    public void Step()
    {
        if (random.Next(8) == 0 && Log.Count > 0)
            Undo();
        else
            Take(Schedule.Rearrange(Wishes(), allowReorder: false));
    }

    public void Undo() =>
        Schedule = Schedule
            .Restore(Log.Pop().Changes())
            .ShouldBeOfType<Rearrangement.Done>("Undoing the last change never fails")
            .After;

    /// <summary>What holds always, found section by section without the rules' own code.</summary>
    public void CheckRules()
    {
        var owners = new Dictionary<(int, int, int), Subject>();
        Schedule.Blocks.Values.Where(b => b.ArrangementId is not null).Select(b => b.ArrangementId).ShouldBeUnique();
        foreach (var block in Schedule.Blocks.Values)
        {
            block.At.Sections.ShouldBe(lengths[block.Subject]);
            var met = new HashSet<CourseTime>();
            for (var section = block.At.SectionFrom; section <= block.At.SectionTo; section++)
            {
                section.ShouldBeInRange(1, Sections);
                owners
                    .TryAdd((block.At.Week, block.At.Day, section), block.Subject)
                    .ShouldBeTrue("two blocks own a section");
                met.UnionWith(Courses.Where(c => Covers(c, block.At.Week, block.At.Day, section)));
            }
            met.Select(c => c.ArrangementId).ShouldBe(block.ArrangementId is { } id ? [id] : []);
            foreach (var course in met)
                (
                    course.Embeddable
                    && course.At.SectionFrom <= block.At.SectionFrom
                    && block.At.SectionTo <= course.At.SectionTo
                ).ShouldBeTrue();
        }
        foreach (
            var items in Schedule
                .Blocks.Values.Where(b => b.Subject.ItemId is not null)
                .GroupBy(b => Places[b.Subject.ItemId!.Value].ClassId)
        )
        {
            var starts = items
                .OrderBy(b => b.Subject.ItemId)
                .Select(b => b.At.Week * 1000 + b.At.Day * 100 + b.At.SectionFrom)
                .ToList();
            starts.SequenceEqual(starts.Order()).ShouldBeTrue("the order of a class is turned around");
        }
    }

    private static bool Covers(CourseTime course, int week, int day, int section) =>
        course.At.Week == week
        && course.At.Day == day
        && course.At.SectionFrom <= section
        && section <= course.At.SectionTo;

    private void Take(Rearrangement result)
    {
        if (result is Rearrangement.Refused { Refusal: var refusal })
        {
            Refused[refusal.Rule] = Refused.GetValueOrDefault(refusal.Rule) + 1;
            return;
        }
        var done = (Rearrangement.Done)result;
        Granted++;
        if (done.Changes.Count > 0)
            Log.Push(ScheduleChange.Of(ChangeKinds.Batch, done.Changes));
        Schedule = done.After;
    }

    private List<Wish> Wishes()
    {
        var placed = Schedule.Blocks.Keys.OrderBy(s => (s.ItemId ?? 0, s.QuickTaskId ?? 0)).ToList();
        switch (random.Next(7))
        {
            case 0 when placed.Count > 0:
                return [new Wish(Pick(placed), null)];
            case 1 when placed.Count > 1:
                var (a, b) = (Schedule.Blocks[Pick(placed)], Schedule.Blocks[Pick(placed)]);
                return a == b ? [] : [new Wish(a.Subject, Start(a, b)), new Wish(b.Subject, Start(b, a))];
            case 2 when placed.Count > 0:
                var held = Schedule.Blocks[Pick(placed)];
                return [new Wish(held.Subject, held.At) { Locked = !held.Locked }];
            case 3 when Courses.Find(c => c.Embeddable) is { } filler:
                var one = Pick([.. lengths.Keys]);
                return
                [
                    new Wish(
                        one,
                        filler.At.At(filler.At.Week, filler.At.Day, filler.At.SectionFrom) with
                        {
                            SectionTo = filler.At.SectionFrom + lengths[one] - 1,
                        }
                    ),
                ];
            default:
                return
                [
                    .. Enumerable
                        .Range(0, random.Next(1, 4))
                        .Select(_ => Pick([.. lengths.Keys]))
                        .Distinct()
                        .Select(s => new Wish(s, Anywhere(lengths[s]))),
                ];
        }
    }

    private static Slot Start(StudyBlock block, StudyBlock other) =>
        block.At.At(other.At.Week, other.At.Day, other.At.SectionFrom);

    private Slot Anywhere(int length) =>
        Slot.Of(random.Next(1, Weeks + 1), random.Next(1, 8), random.Next(1, Sections + 1), length);

    private void AddCourse(int n)
    {
        var from = random.Next(1, Sections + 1);
        var at = new Slot(
            random.Next(1, Weeks + 1),
            random.Next(1, 8),
            from,
            Math.Min(Sections, from + random.Next(0, 4))
        );
        if (!Courses.Exists(c => c.At.Overlaps(at)))
            Courses.Add(new CourseTime(n, $"course {n}", at, random.Next(2) == 0));
    }

    private T Pick<T>(List<T> from) => from[random.Next(from.Count)];
}
