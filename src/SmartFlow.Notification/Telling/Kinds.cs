using SmartFlow.Contracts.Events;

namespace SmartFlow.Notification.Telling;

/// <summary>What users are told of. A kind that tells of an event has its name.</summary>
internal static class Kinds
{
    public const string TaskDeadline = "task.deadline.near";
    public const string BlockStart = "schedule.block.near";
    public const string CourseStart = "schedule.course.near";
    public const string Outlook = "schedule.outlook";
    public const string PostCommented = EventNames.ForumPostCommented;
    public const string Suggested = EventNames.ActiveSchedulerSuggested;
    public const string Requested = EventNames.NotificationFeishuRequested;
    public const string ChangeProposed = EventNames.AssistantChangeProposed;
    public const string Test = "notification.test";

    /// <summary>Those that have a switch.</summary>
    public static readonly string[] All =
    [
        TaskDeadline,
        BlockStart,
        CourseStart,
        Outlook,
        Suggested,
        EventNames.CreditBalanceLow,
        EventNames.CreditSpendReached,
        EventNames.ForumPostLiked,
        EventNames.ForumPostImported,
        PostCommented,
        ChangeProposed,
    ];
}
