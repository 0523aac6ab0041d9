namespace SmartFlow.UserAuth.Recovery;

/// <summary>What a link is good for.</summary>
internal static class LinkPurpose
{
    /// <summary>A new password, for whoever reads the account's mail.</summary>
    public const string Recovery = "recovery";

    /// <summary>A new password, for whom an operator gave the link to.</summary>
    public const string Operator = "operator";

    /// <summary>Shows that the address is the user's.</summary>
    public const string Email = "email";
}

/// <summary>
/// A link that works once, known by the SHA-256 of its token alone. Kept for a day, because links are counted by it.
/// </summary>
internal sealed class AccountLink
{
    public long Id { get; set; }

    public required byte[] Hash { get; set; }

    public long UserId { get; set; }

    /// <summary>One of <see cref="LinkPurpose"/>.</summary>
    public required string Purpose { get; set; }

    /// <summary>Where it was sent, normalised; null: an operator has it.</summary>
    public string? Address { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>Used, or a later one or a new password took its place.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
