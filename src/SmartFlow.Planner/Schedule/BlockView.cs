using SmartFlow.Planner.Courses;

namespace SmartFlow.Planner.Schedule;

internal enum BlockKind
{
    Course,
    Item,
    Task,
    Event,
}

/// <summary>One block of a week: a course, a personal event, or a study block with what it is for.</summary>
/// <param name="SectionFrom">One more than section_to: an event whose hours touch no section, between the two.</param>
/// <param name="Id">The arrangement's for a course or an event, the placement's otherwise.</param>
internal sealed record BlockView(
    BlockKind Kind,
    long Id,
    string Title,
    int Week,
    int Day,
    int SectionFrom,
    int SectionTo,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt
)
{
    public long? CourseId { get; init; }

    public long? EventId { get; init; }

    public string? Teacher { get; init; }

    public string? Place { get; init; }

    public bool Embeddable { get; init; }

    public long? TaskClassId { get; init; }

    public string? TaskClassName { get; init; }

    public long? ItemId { get; init; }

    public long? QuickTaskId { get; init; }

    public int? PriorityGroup { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>The arrangement that the block lies inside.</summary>
    public long? EmbeddedIn { get; init; }

    public bool Locked { get; init; }

    /// <summary>0-7; null: by the name.</summary>
    public int? Hue { get; init; }

    /// <summary>Its end is behind us.</summary>
    public bool Passed { get; init; }

    /// <summary>Ticked off, or passed without having been missed.</summary>
    public bool Done { get; init; }

    /// <summary>The user said that it was not done.</summary>
    public bool Missed { get; init; }

    /// <summary>Something else stands there as well, because a course or a day off came later.</summary>
    public bool Conflict { get; init; }

    public static BlockView Of(TermState state, Occurrence o, DateTimeOffset now)
    {
        var (from, to) = state.Calendar.TimesOf(o);
        return new BlockView(
            o.IsEvent ? BlockKind.Event : BlockKind.Course,
            o.Arrangement.Id,
            o.Course.Name,
            o.Week,
            o.Day,
            o.SectionFrom,
            o.SectionTo,
            from,
            to
        )
        {
            CourseId = o.IsEvent ? null : o.Course.Id,
            EventId = o.IsEvent ? o.Course.Id : null,
            Teacher = o.IsEvent ? null : o.Teacher,
            Place = o.Place,
            Embeddable = o.Embeddable,
            Hue = o.Course.Hue,
            Passed = to <= now,
            Done = to <= now,
        };
    }

    public static BlockView Of(TermState state, StudyBlock block, DateTimeOffset now)
    {
        var at = block.At;
        var (from, to) = state.Calendar.TimesOf(at.Week, at.Day, at.SectionFrom, at.SectionTo);
        var (item, task, owner) = (
            state.ItemOf(block.Subject),
            state.TaskOf(block.Subject),
            state.ClassOf(block.Subject)
        );
        var ticked = item?.DoneAt is not null || task?.CompletedAt is not null;
        return new BlockView(
            item is null ? BlockKind.Task : BlockKind.Item,
            block.PlacementId,
            state.TitleOf(block.Subject),
            at.Week,
            at.Day,
            at.SectionFrom,
            at.SectionTo,
            from,
            to
        )
        {
            TaskClassId = owner?.Id,
            TaskClassName = owner?.Name,
            ItemId = block.Subject.ItemId,
            QuickTaskId = block.Subject.QuickTaskId,
            PriorityGroup = task?.PriorityGroup,
            DeadlineAt = item?.DeadlineAt ?? task?.DeadlineAt,
            EmbeddedIn = block.ArrangementId,
            Locked = block.Locked,
            Hue = owner?.Hue,
            Passed = to <= now,
            Done = ticked || (to <= now && !block.Missed),
            Missed = block.Missed && !ticked,
        };
    }
}
