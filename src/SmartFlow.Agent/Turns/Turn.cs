using SmartFlow.Agent.Interactions;

namespace SmartFlow.Agent.Turns;

/// <summary>One message, or one word on a confirmation, and all that follows from it.</summary>
internal sealed class Turn
{
    /// <summary>A UUIDv7 without dashes: the model calls' event ids derive from it.</summary>
    public required string Id { get; set; }

    public long ConversationId { get; set; }

    public ulong UserId { get; set; }

    /// <summary>The number of its first timeline item.</summary>
    public long FirstSeq { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>completed, stopped, failed or lost.</summary>
    public string? Outcome { get; set; }

    /// <summary>The usage event's data.</summary>
    public string? Usage { get; set; }

    /// <summary>The Idempotency-Key, if the client sent one.</summary>
    public string? ClientKey { get; set; }

    /// <summary>What the client asked for with that key.</summary>
    public byte[]? ClientHash { get; set; }

    /// <summary>
    /// What was known of the user when it began, as models are told: a JSON array; null: nothing was to be had.
    /// </summary>
    public string? Remembered { get; set; }
}

/// <summary>A turn that has the conversation, as its steps need it.</summary>
/// <param name="TurnId">See <see cref="Turn.Id"/>.</param>
/// <param name="ConversationId">Where it runs.</param>
/// <param name="UserId">Who pays.</param>
/// <param name="Message">What the user wrote; empty on a word about a confirmation.</param>
/// <param name="Chinese">The language to answer in.</param>
/// <param name="Model">The alias asked for; empty: the default.</param>
/// <param name="RequestId">The HTTP request, for the journal.</param>
/// <param name="AlwaysAllow">Writes need no confirmation.</param>
/// <param name="AllowedKinds">Kinds of change that need none either.</param>
/// <param name="StartedAt">What counts as now: the same when the turn is taken up again.</param>
/// <param name="Answer">The word on a confirmation, if this is one.</param>
/// <param name="Seq">The number of the newest timeline item.</param>
internal sealed record OpenTurn(
    string TurnId,
    long ConversationId,
    ulong UserId,
    string Message,
    bool Chinese,
    string Model,
    string RequestId,
    bool AlwaysAllow,
    string AllowedKinds,
    DateTimeOffset StartedAt,
    ConfirmationAnswer? Answer,
    long Seq
)
{
    /// <summary>The process that began it died.</summary>
    public bool TakenUp { get; init; }

    /// <summary>See <see cref="Turn.Remembered"/>: the same when the turn is taken up again.</summary>
    public string? Remembered { get; init; }

    /// <summary>The user's own words in it; empty: they said none.</summary>
    public string Words => Answer is { Comment: var comment } ? comment : Message;

    /// <summary>What it may cost before it asks whether it goes on.</summary>
    public long BudgetMicros { get; init; }

    public bool Allows(string kind) => AlwaysAllow || AllowedKinds.Split(',').Contains(kind);
}

/// <summary>A person's word on a confirmation, taken and theirs alone to use.</summary>
internal sealed record ConfirmationAnswer(Interaction Interaction, bool Accept, string Comment);
