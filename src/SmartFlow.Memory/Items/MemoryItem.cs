using SmartFlow.Contracts.Events;

namespace SmartFlow.Memory.Items;

/// <summary>What kind of thing is known; in the order in which it is recalled.</summary>
internal enum MemoryType
{
    /// <summary>What must be kept to.</summary>
    Constraint,

    /// <summary>What is liked.</summary>
    Preference,

    /// <summary>What is so.</summary>
    Fact,
}

internal enum MemoryStatus
{
    Active,

    /// <summary>Kept for a while, so that it can be restored.</summary>
    Deleted,
}

internal enum HoursKind
{
    Forbidden,
    Preferred,
}

/// <summary>Something known about a user.</summary>
internal sealed class MemoryItem
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public MemoryType Type { get; set; }

    public required string Title { get; set; }

    public required string Content { get; set; }

    /// <summary>0 to 1: how sure the model was; 1 of what a user wrote down.</summary>
    public double Confidence { get; set; }

    /// <summary>1 to 5.</summary>
    public int Importance { get; set; }

    /// <summary>The user said it outright, or wrote it down: what is only inferred does not change it.</summary>
    public bool Explicit { get; set; }

    public MemoryStatus Status { get; set; }

    /// <summary>Null: it says nothing about hours.</summary>
    public HoursKind? HoursKind { get; set; }

    /// <summary>Bit n−1 is weekday n.</summary>
    public int? HoursDays { get; set; }

    public int? HoursFrom { get; set; }

    public int? HoursTo { get; set; }

    /// <summary>The conversation that it came from; null: it was written down by hand.</summary>
    public long? ConversationId { get; set; }

    public string? TurnId { get; set; }

    /// <summary>Deleted by its owner's hand: what is only inferred does not bring it back.</summary>
    public bool DeletedByHand { get; set; }

    /// <summary>The turn that deleted it.</summary>
    public string? DeletedTurnId { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public DayHours? Hours
    {
        get => HoursKind is { } kind ? new DayHours(kind, HoursDays!.Value, HoursFrom!.Value, HoursTo!.Value) : null;
        set => (HoursKind, HoursDays, HoursFrom, HoursTo) = (value?.Kind, value?.Days, value?.From, value?.To);
    }

    public bool IsKnown(DateTimeOffset now) => Status == MemoryStatus.Active && !(ExpiresAt <= now);

    /// <summary>
    /// What the planner keeps to: hours that were said outright. What was only inferred forbids nothing.
    /// </summary>
    public StudyHours? Binding() =>
        Hours is not { } hours || !Explicit
            ? null
            : new StudyHours
            {
                MemoryId = Id,
                Title = Title,
                Forbidden = hours.Kind == Items.HoursKind.Forbidden,
                Days = hours.Days,
                FromMinute = hours.From,
                ToMinute = hours.To,
                ExpiresAt = ExpiresAt,
            };

    public void Delete(DateTimeOffset now, string? turnId)
    {
        (Status, DeletedAt, UpdatedAt, DeletedByHand, DeletedTurnId) = (
            MemoryStatus.Deleted,
            now,
            now,
            turnId is null,
            turnId
        );
    }

    public void Restore(DateTimeOffset now)
    {
        (Status, DeletedAt, UpdatedAt, DeletedByHand, DeletedTurnId) = (MemoryStatus.Active, null, now, false, null);
    }
}

/// <summary>A user with a memory: whether it is on, and how often it was changed.</summary>
internal sealed class Owner
{
    public ulong UserId { get; set; }

    public bool Enabled { get; set; }

    /// <summary>
    /// When it was switched on last: what was said before, while it was off, is not looked at however late its event
    /// comes.
    /// </summary>
    public DateTimeOffset OnSince { get; set; }

    /// <summary>Rises with every change; the row's lock keeps the changes of a user one after the other.</summary>
    public long Revision { get; set; }
}
