namespace SmartFlow.Notification.Delivering;

internal enum DeliveryState
{
    /// <summary>Its time comes: at once, after a failure, or when quiet hours end.</summary>
    Waiting,
    Sent,

    /// <summary>Tried as often as is tried, or once where no repeat helps.</summary>
    Failed,

    /// <summary>Not tried, for a reason.</summary>
    Skipped,
}

/// <summary>One notice on its way through one channel. Its id is what a receiver tells a repeat by.</summary>
internal sealed class Delivery
{
    public long Id { get; set; }

    public long UserId { get; set; }

    public long NoticeId { get; set; }

    public long ChannelId { get; set; }

    /// <summary>As they were, for when the channel is gone.</summary>
    public required string ChannelType { get; set; }

    public required string ChannelName { get; set; }

    public DeliveryState State { get; set; }

    public int Tries { get; set; }

    /// <summary>The next try; while one runs, when it is given up.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>A word for the last failure, or for why it waits or was skipped; never what a peer said.</summary>
    public string? Reason { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
