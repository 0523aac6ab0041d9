namespace SmartFlow.Agent.Proposals;

/// <summary>
/// A change that another assistant wants, as the user is asked about it. It survives a restart, expires, and is used
/// once: its id is the key of the change.
/// </summary>
internal sealed class KeptProposal
{
    public const string Pending = "pending";
    public const string Accepted = "accepted";
    public const string Rejected = "rejected";
    public const string Failed = "failed";
    public const string Expired = "expired";

    public static readonly string[] States = [Pending, Accepted, Rejected, Failed, Expired];

    public required string Id { get; set; }

    public ulong UserId { get; set; }

    public long KeyId { get; set; }

    /// <summary>The name of the key, by which the user knows the assistant.</summary>
    public required string Assistant { get; set; }

    /// <summary>Unique for its key; null: its time as a repeat is over.</summary>
    public string? CallKey { get; set; }

    public required byte[] CallHash { get; set; }

    public required string Tool { get; set; }

    public required string Arguments { get; set; }

    /// <summary>What the tool wants back, e.g. the version that was seen.</summary>
    public required string Kept { get; set; }

    public required string Title { get; set; }

    public required string Summary { get; set; }

    /// <summary>A list of field, before, after.</summary>
    public required string Diff { get; set; }

    public string? Card { get; set; }

    public bool Chinese { get; set; }

    public required string State { get; set; }

    /// <summary>Its key may apply: nobody was asked.</summary>
    public bool ByKey { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>Until then somebody is making it.</summary>
    public DateTimeOffset? TakenUntil { get; set; }

    /// <summary>Null though accepted: it is being made, or the process died in between and a repeat makes it.</summary>
    public DateTimeOffset? ExecutedAt { get; set; }

    /// <summary>What was changed, or why it was refused; JSON.</summary>
    public string? Result { get; set; }

    public bool IsOver => State is Rejected or Failed || ExecutedAt is not null;

    public string StateAt(DateTimeOffset now) => State == Pending && ExpiresAt <= now ? Expired : State;
}
