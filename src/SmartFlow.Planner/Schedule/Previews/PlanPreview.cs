namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>A plan that was computed and has not been carried out, or when it was.</summary>
internal sealed class PlanPreview
{
    /// <summary>A UUID.</summary>
    public required string Id { get; set; }

    public ulong UserId { get; set; }

    public long TermId { get; set; }

    /// <summary>The term's schedule_version that it was computed from.</summary>
    public long BaseVersion { get; set; }

    /// <summary>JSON of what was asked, with the moment that counted as now.</summary>
    public required string Request { get; set; }

    /// <summary>JSON of what came out, with what was adjusted since.</summary>
    public required string Answer { get; set; }

    /// <summary>+1 with every adjustment.</summary>
    public int Revision { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? AppliedAt { get; set; }

    /// <summary>The idempotency key that it was applied with: its repeat gets the first answer.</summary>
    public string? AppliedKey { get; set; }

    public long? AppliedVersion { get; set; }
}
