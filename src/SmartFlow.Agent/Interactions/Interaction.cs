namespace SmartFlow.Agent.Interactions;

/// <summary>A write that waits for a person's word. It survives a restart, expires, and is used once.</summary>
internal sealed class Interaction
{
    public const string Pending = "pending";
    public const string Accepted = "accepted";
    public const string Rejected = "rejected";
    public const string Expired = "expired";

    public required string Id { get; set; }

    public long ConversationId { get; set; }

    public ulong UserId { get; set; }

    public required string TurnId { get; set; }

    public required string State { get; set; }

    /// <summary>
    /// What will be written: a QuickTaskDraft, or with a tool what <see cref="Rounds.PendingCall"/> says, in JSON.
    /// </summary>
    public required byte[] Draft { get; set; }

    /// <summary>The tool that waits; null: a quick task without one.</summary>
    public string? Tool { get; set; }

    /// <summary>What "always allow" would allow; null with a tool: nothing, it always asks.</summary>
    public string? Kind { get; set; }

    /// <summary>The language that it was asked in.</summary>
    public bool Chinese { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>Null though accepted: the process died in between, and accepting again carries it out.</summary>
    public DateTimeOffset? ExecutedAt { get; set; }

    public string StateAt(DateTimeOffset now) => State == Pending && ExpiresAt <= now ? Expired : State;
}
