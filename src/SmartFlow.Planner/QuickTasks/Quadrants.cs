using SmartFlow.Planner.QuickTasks.Language;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>The rules of the four quadrants.</summary>
internal static class Quadrants
{
    /// <summary>Why a task moved by itself.</summary>
    public const string ThresholdPassed = "urgency_threshold_passed";

    public static readonly TimeSpan UrgentWithin = TimeSpan.FromHours(24);

    /// <summary>A task made from a sentence: where it belongs and when it becomes urgent.</summary>
    public static TaskFields Place(Sentence sentence, DateTimeOffset now)
    {
        var deadline = sentence.Deadline?.ToDateTimeOffset();
        var group = sentence.Urgency switch
        {
            Urgency.Urgent => 1,
            Urgency.Aside => 3,
            Urgency.Whenever => 4,
            _ => deadline - now <= UrgentWithin ? 1 : TaskFields.DefaultGroup,
        };
        // Each task of a series is important first, and becomes urgent a day before it is due.
        if (sentence.Repeat is not null && sentence.Urgency == Urgency.Unsaid)
            group = TaskFields.DefaultGroup;
        var threshold =
            Promotes(group) && (deadline - now > UrgentWithin || sentence.Repeat is not null)
                ? deadline - UrgentWithin
                : null;
        return new TaskFields(sentence.Title, group, TaskFields.DefaultSections, deadline, threshold)
        {
            Repeat = sentence.Repeat,
        };
    }

    /// <summary>When a task of this quadrant is to be promoted, if ever: 2 to 1, 4 to 3.</summary>
    public static DateTimeOffset? PromoteAt(int group, DateTimeOffset? threshold) => Promotes(group) ? threshold : null;

    /// <summary>
    /// Moves a task whose time has come. A threshold promotes once: whoever moves it back has decided.
    /// </summary>
    /// <returns>False where there was nothing to do.</returns>
    public static bool Promote(QuickTask task, DateTimeOffset now)
    {
        if (task.CompletedAt is not null || !Promotes(task.PriorityGroup) || task.PromoteAt is not { } due || due > now)
            return false;
        task.PriorityGroup--;
        task.PromoteAt = null;
        task.PromotedAt = now;
        task.PromotionReason = ThresholdPassed;
        task.Touch(now);
        return true;
    }

    private static bool Promotes(int group) => group is 2 or 4;
}
