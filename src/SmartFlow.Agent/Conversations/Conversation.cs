using SmartFlow.Contracts.Billing;

namespace SmartFlow.Agent.Conversations;

/// <summary>A conversation, and the lease of the one turn that may run in it.</summary>
internal sealed class Conversation
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public required string Title { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? ArchivedAt { get; set; }

    /// <summary>Writes need no confirmation here.</summary>
    public bool AlwaysAllow { get; set; }

    /// <summary>Kinds of change that need no confirmation here, with a comma after each.</summary>
    public string AllowedKinds { get; set; } = "";

    /// <summary>What a turn here may cost before it asks; null: the setting's.</summary>
    public long? TurnBudgetMicros { get; set; }

    /// <summary>The number of the newest timeline item: they count from 1 without a gap.</summary>
    public long LastSeq { get; set; }

    /// <summary>The turn that runs, or the last one whose process died.</summary>
    public string? TurnId { get; set; }

    /// <summary>A turn that still has the conversation by then is taken to have died.</summary>
    public DateTimeOffset? TurnUntil { get; set; }
}

/// <summary>A conversation as its owner sees it in the list.</summary>
/// <param name="TurnBudgetCredit">What a turn here may cost before it asks; null: the server's own, of GET
/// /agent/budget.</param>
internal sealed record ConversationView(
    long Id,
    string Title,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    bool Archived,
    bool AlwaysAllow,
    IReadOnlyList<string> AllowedKinds,
    bool Running,
    long LastSeq,
    decimal? TurnBudgetCredit
)
{
    public static ConversationView Of(Conversation c, DateTimeOffset now) =>
        new(
            c.Id,
            c.Title,
            c.CreatedAt,
            c.UpdatedAt,
            c.ArchivedAt is not null,
            c.AlwaysAllow,
            c.AllowedKinds.Split(',', StringSplitOptions.RemoveEmptyEntries),
            c.TurnId is not null && c.TurnUntil > now,
            c.LastSeq,
            c.TurnBudgetMicros is { } budget ? Pricing.Credits(budget) : null
        );
}
