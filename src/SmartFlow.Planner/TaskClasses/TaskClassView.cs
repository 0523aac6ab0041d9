using SmartFlow.Planner.Schedule;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>A class as its owner sees it.</summary>
/// <param name="Source">Where it came from; absent: its owner wrote it.</param>
/// <param name="Version">Sent back with an edit; it rises with every edit.</param>
internal sealed record TaskClassView(
    long Id,
    string Name,
    ClassMode Mode,
    DateOnly StartDate,
    DateOnly EndDate,
    ClassSubject Subject,
    Level Difficulty,
    Level Intensity,
    ClassStrategy Strategy,
    bool AllowFillerCourses,
    IReadOnlyList<int> ExcludedPairs,
    IReadOnlyList<int> ExcludedDays,
    int Hue,
    string? Source,
    int Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    ClassProgress Progress,
    IReadOnlyList<TaskItemView> Items
)
{
    public static TaskClassView Of(
        TaskClass c,
        IReadOnlyList<TaskItem> items,
        IReadOnlyDictionary<long, Placement> places
    ) =>
        new(
            c.Id,
            c.Name,
            c.Mode,
            c.StartDate,
            c.EndDate,
            c.Subject,
            c.Difficulty,
            c.Intensity,
            c.Strategy,
            c.AllowFillerCourses,
            Numbers(c.ExcludedPairs),
            Numbers(c.ExcludedDays),
            c.Hue,
            c.Source,
            c.Version,
            c.CreatedAt,
            c.UpdatedAt,
            ClassProgress.Of(items),
            [.. items.Select(i => TaskItemView.Of(i, places.GetValueOrDefault(i.Id)))]
        );

    public static IReadOnlyList<int> Numbers(int mask) =>
        [.. Enumerable.Range(1, 7).Where(n => (mask & 1 << (n - 1)) != 0)];
}

/// <summary>Items and their sections: all, placed in the timetable, done.</summary>
internal sealed record ClassProgress(int Items, int Placed, int Done, int Sections, int PlacedSections)
{
    public static readonly ClassProgress None = new(0, 0, 0, 0, 0);

    public static ClassProgress Of(IReadOnlyList<TaskItem> items) =>
        new(
            items.Count,
            items.Count(i => i.Status == ItemStatus.Applied),
            items.Count(i => i.DoneAt is not null),
            items.Sum(i => i.Sections),
            items.Where(i => i.Status == ItemStatus.Applied).Sum(i => i.Sections)
        );
}

/// <param name="Placement">Where it stands in the timetable; null: nowhere.</param>
internal sealed record TaskItemView(
    long Id,
    int Position,
    string Content,
    int Sections,
    DateTimeOffset? DeadlineAt,
    ItemStatus Status,
    DateTimeOffset? DoneAt,
    ItemPlaceView? Placement
)
{
    public static TaskItemView Of(TaskItem i, Placement? place) =>
        new(
            i.Id,
            i.Position,
            i.Content,
            i.Sections,
            i.DeadlineAt,
            i.Status,
            i.DoneAt,
            place is null ? null : ItemPlaceView.Of(place)
        );
}

/// <param name="TermId">Whose week it is; not always the current term's.</param>
/// <param name="Missed">Its owner said that it was not done.</param>
internal sealed record ItemPlaceView(
    long Id,
    long TermId,
    int Week,
    int Day,
    int SectionFrom,
    int SectionTo,
    bool Locked,
    bool Missed
)
{
    public static ItemPlaceView Of(Placement p) =>
        new(p.Id, p.TermId, p.Week, p.Day, p.SectionFrom, p.SectionTo, p.Locked, p.Missed);
}
