namespace SmartFlow.Forum.Reports;

/// <summary>That somebody thinks a post should not stand there.</summary>
internal sealed class PostReport
{
    public long PostId { get; set; }

    public ulong UserId { get; set; }

    /// <summary>spam, abuse, copyright or other.</summary>
    public required string Reason { get; set; }

    public string Note { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>An operator has decided.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
}
