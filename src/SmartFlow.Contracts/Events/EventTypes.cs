namespace SmartFlow.Contracts.Events;

/// <summary>Topics of the outboxes, one per service.</summary>
public static class Topics
{
    public const string UserAuth = "smartflow.user-auth.outbox";
    public const string Llm = "smartflow.llm.outbox";
    public const string TokenStore = "smartflow.token-store.outbox";
    public const string Task = "smartflow.task.outbox";
    public const string Agent = "smartflow.agent.outbox";
    public const string Memory = "smartflow.memory.outbox";
    public const string ActiveScheduler = "smartflow.active-scheduler.outbox";
    public const string Forum = "smartflow.taskclass-forum.outbox";
    public const string Notification = "smartflow.notification.outbox";
}

/// <summary>Names of events.</summary>
public static class EventNames
{
    public const string CreditChargeRequested = "credit.charge.requested";
    public const string CreditBalanceLow = "credit.balance.low";
    public const string CreditSpendReached = "credit.spend.reached";
    public const string UserRegistered = "user.registered";
    public const string UserDeleted = "user.deleted";
    public const string UserRenamed = "user.renamed";
    public const string UserAccessEnded = "user.access.ended";
    public const string ForumPostLiked = "forum.post.liked";
    public const string ForumPostImported = "forum.post.imported";
    public const string ForumPostCommented = "forum.post.commented";
    public const string TaskUrgencyPromoteRequested = "task.urgency.promote.requested";
    public const string ScheduleBlockMissed = "schedule.block.missed";
    public const string ScheduleCoursesMoved = "schedule.courses.moved";
    public const string ActiveSchedulerSuggested = "active_scheduler.suggested";
    public const string AssistantChangeProposed = "assistant.change.proposed";
    public const string NotificationFeishuRequested = "notification.feishu.requested";
    public const string MemoryExtractRequested = "memory.extract.requested";
    public const string MemoryHoursChanged = "memory.hours.changed";
}
