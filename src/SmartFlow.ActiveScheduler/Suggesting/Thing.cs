using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Data;

namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>A task or an item that wants a place.</summary>
/// <param name="Title">As its owner called it.</param>
/// <param name="Sections">How long it is.</param>
internal sealed record Thing(string Title, int Sections)
{
    public ulong TaskId { get; init; }

    public ulong ItemId { get; init; }

    /// <summary>Where it stands; 0: nowhere.</summary>
    public ulong PlacementId { get; init; }

    /// <summary>The study plan of an item.</summary>
    public ulong PlanId { get; init; }

    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>Another deadline makes it another matter.</summary>
    public string Mark =>
        DeadlineAt is { } at ? UnixMicros.From(at).ToString(System.Globalization.CultureInfo.InvariantCulture) : "";

    public Move To(Opening at) =>
        new()
        {
            PlacementId = PlacementId,
            ItemId = ItemId,
            TaskId = TaskId,
            Date = at.Date,
            SectionFrom = at.SectionFrom,
            Sections = at.Sections,
        };

    public static Thing Of(AtRiskMessage risk, bool task) =>
        new(risk.Title, risk.Sections)
        {
            TaskId = task ? risk.Id : 0,
            ItemId = task ? 0 : risk.Id,
            PlacementId = risk.PlacementId,
            PlanId = risk.TaskClassId,
            DeadlineAt = risk.DeadlineAt?.ToDateTimeOffset(),
        };

    public static Thing Of(BlockMessage block) =>
        new(block.Title, block.At.SectionTo - block.At.SectionFrom + 1)
        {
            TaskId = block.QuickTaskId,
            ItemId = block.ItemId,
            PlacementId = block.Id,
            PlanId = block.TaskClassId,
            DeadlineAt = block.DeadlineAt?.ToDateTimeOffset(),
        };

    public static Thing Of(QuickTaskMessage task) =>
        new(task.Title, task.EstimatedSections) { TaskId = task.Id, DeadlineAt = task.DeadlineAt?.ToDateTimeOffset() };

    public static Thing Of(TaskItemMessage item, ulong planId) =>
        new(item.Content, item.Sections)
        {
            ItemId = item.Id,
            PlanId = planId,
            PlacementId = item.PlacementId,
            DeadlineAt = item.DeadlineAt?.ToDateTimeOffset(),
        };
}
