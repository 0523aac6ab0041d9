using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.ActiveScheduler.Triggers;

/// <summary>
/// Consumes schedule.block.missed and schedule.courses.moved: each raises a trigger once, however often it comes.
/// </summary>
internal sealed class HearPlanner(Queue queue, IWriter<ActiveSchedulerDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.Task;

    public string Group => "smartflow-active-scheduler-task-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            Read(happened) is { } raised ? queue.RaiseAsync([raised], cancellationToken) : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    /// <summary>Null: nothing that leads to a suggestion.</summary>
    private static Raised? Read(BusEvent happened) =>
        happened.Name switch
        {
            EventNames.ScheduleBlockMissed => Of(EventJson.Read<ScheduleBlockMissed>(happened.Payload)),
            EventNames.ScheduleCoursesMoved => Of(EventJson.Read<ScheduleCoursesMoved>(happened.Payload)),
            _ => null,
        };

    /// <summary>The same block may be missed again at another time of the same day.</summary>
    private static Raised Of(ScheduleBlockMissed missed)
    {
        var subject = new TriggerSubject
        {
            TaskId = (ulong)(missed.QuickTaskId ?? 0),
            ItemId = (ulong)(missed.ItemId ?? 0),
            PlacementId = (ulong)missed.PlacementId,
        };
        return new Raised(missed.UserId, TriggerKinds.Missed, subject.Matter, missed.TimeZone, subject)
        {
            More = UnixMicros.From(missed.StartsAt).ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private static Raised Of(ScheduleCoursesMoved moved)
    {
        var subject = new TriggerSubject
        {
            FreedSections = moved.FreedSections,
            LostItems = [.. moved.LostItemIds.Select(i => (ulong)i)],
            LostTasks = [.. moved.LostTaskIds.Select(i => (ulong)i)],
        };
        return new Raised(moved.UserId, TriggerKinds.Courses, "courses", moved.TimeZone, subject)
        {
            More = $"{moved.TermId}:{moved.Version}",
        };
    }
}
