using System.ComponentModel.DataAnnotations;
using SmartFlow.Planner.QuickTasks.Repeating;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>Something small to do, in one of four quadrants.</summary>
internal sealed class QuickTask
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public required string Title { get; set; }

    /// <summary>1 important and urgent, 2 important, 3 simple and unimportant, 4 not simple and unimportant.</summary>
    public int PriorityGroup { get; set; }

    public int EstimatedSections { get; set; }

    public DateTimeOffset? DeadlineAt { get; set; }

    public DateTimeOffset? UrgencyThresholdAt { get; set; }

    /// <summary>When the task is to be promoted; null where it never will be, or where it has been.</summary>
    public DateTimeOffset? PromoteAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? PromotedAt { get; set; }

    public string? PromotionReason { get; set; }

    /// <summary>The series that it is one of; null: it stands alone.</summary>
    public long? SeriesId { get; set; }

    /// <summary>
    /// The series' rule, as JSON of a <see cref="RepeatRule"/>; null: it does not repeat, or no longer.
    /// </summary>
    public string? Repeat { get; set; }

    /// <summary>The idempotency key of the call that made it, if another module did.</summary>
    public string? CreationKey { get; set; }

    /// <summary>What that call asked for.</summary>
    public byte[]? CreationHash { get; set; }

    /// <summary>+1 on every change: two writers that read the same version cannot both win.</summary>
    public int Version { get; set; }

    public void Touch(DateTimeOffset now)
    {
        Version++;
        UpdatedAt = now;
    }
}

/// <summary>A task as its owner sees it.</summary>
internal sealed record QuickTaskView(
    long Id,
    string Title,
    [property: AllowedValues(1, 2, 3, 4)] int PriorityGroup,
    int EstimatedSections,
    DateTimeOffset? DeadlineAt,
    DateTimeOffset? UrgencyThresholdAt,
    DateTimeOffset? CompletedAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? PromotedAt,
    string? PromotionReason
)
{
    /// <summary>The rule of the series that it is the open one of; null: no other follows.</summary>
    public RepeatRule? Repeat { get; init; }

    public static QuickTaskView Of(QuickTask task) =>
        new(
            task.Id,
            task.Title,
            task.PriorityGroup,
            task.EstimatedSections,
            task.DeadlineAt,
            task.UrgencyThresholdAt,
            task.CompletedAt,
            task.CreatedAt,
            task.UpdatedAt,
            task.PromotedAt,
            task.PromotionReason
        )
        {
            Repeat = task.Repeat is { } rule ? RepeatRule.Read(rule) : null,
        };
}
