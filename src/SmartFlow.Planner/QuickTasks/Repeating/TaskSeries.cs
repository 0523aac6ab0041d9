using NodaTime;

namespace SmartFlow.Planner.QuickTasks.Repeating;

/// <summary>A task that repeats: what each of its tasks begins as, and on which day the next one appears.</summary>
internal sealed class TaskSeries
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public required string Title { get; set; }

    public int PriorityGroup { get; set; }

    public int EstimatedSections { get; set; }

    /// <summary>JSON of a <see cref="RepeatRule"/>.</summary>
    public required string Rule { get; set; }

    /// <summary>The first day; weeks and months are counted from it.</summary>
    public DateOnly Anchor { get; set; }

    /// <summary>When a task is due on its day: minutes after local midnight.</summary>
    public int DueMinute { get; set; }

    /// <summary>How long before that it becomes urgent; null: never by itself.</summary>
    public int? ThresholdMinutes { get; set; }

    public required string TimeZone { get; set; }

    /// <summary>The day of the next task that has not appeared; null: there is none.</summary>
    public DateOnly? NextOn { get; set; }

    /// <summary>When that day begins: by then the task appears. Null with <see cref="NextOn"/>.</summary>
    public DateTimeOffset? NextAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>+1 on every change: two writers that read the same version cannot both win.</summary>
    public int Version { get; set; }

    private DateTimeZone Zone => DateTimeZoneProviders.Tzdb.GetZoneOrNull(TimeZone) ?? DateTimeZone.Utc;

    public DateOnly Today(DateTimeOffset now) => Instant.FromDateTimeOffset(now).InZone(Zone).Date.ToDateOnly();

    public void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
    }

    /// <summary>The next one is the first after a day; without any the series is over.</summary>
    public void GoOnAfter(DateOnly day, DateTimeOffset now)
    {
        var next = RepeatRule.Read(Rule).Next(LocalDate.FromDateOnly(Anchor), LocalDate.FromDateOnly(day));
        NextOn = next?.ToDateOnly();
        NextAt = next is { } date ? Zone.AtStartOfDay(date).ToInstant().ToDateTimeOffset() : null;
        Touch(now);
    }

    /// <summary>The task of a day.</summary>
    public QuickTask TaskOf(DateOnly day, DateTimeOffset now)
    {
        var due = LocalDate.FromDateOnly(day) + LocalTime.Midnight.PlusMinutes(DueMinute);
        var deadline = Zone.AtLeniently(due).ToInstant().ToDateTimeOffset();
        DateTimeOffset? threshold = ThresholdMinutes is { } minutes ? deadline.AddMinutes(-minutes) : null;
        return new QuickTask
        {
            UserId = UserId,
            SeriesId = Id,
            Repeat = Rule,
            Title = Title,
            PriorityGroup = PriorityGroup,
            EstimatedSections = EstimatedSections,
            DeadlineAt = deadline,
            UrgencyThresholdAt = threshold,
            PromoteAt = Quadrants.PromoteAt(PriorityGroup, threshold),
            CreatedAt = now,
            UpdatedAt = now,
            Version = 1,
        };
    }
}
