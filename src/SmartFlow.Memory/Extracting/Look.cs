namespace SmartFlow.Memory.Extracting;

internal enum LookState
{
    Waiting,
    Done,

    /// <summary>Refused, or never within reach: nothing was kept.</summary>
    GivenUp,
}

/// <summary>One look at a turn for what is worth keeping; its row says for long that there was one.</summary>
internal sealed class Look
{
    public required string TurnId { get; set; }

    public ulong UserId { get; set; }

    public long ConversationId { get; set; }

    /// <summary>What the user wrote; null once it was looked at.</summary>
    public string? Message { get; set; }

    /// <summary>
    /// What the model is asked, frozen by the first try: whoever tries again asks the same call, which was paid for;
    /// null once it was looked at.
    /// </summary>
    public string? Asked { get; set; }

    public LookState State { get; set; }

    public int Tries { get; set; }

    public DateTimeOffset DueAt { get; set; }

    /// <summary>A word for what came of it, e.g. add:1 or insufficient_credit.</summary>
    public string? Outcome { get; set; }

    public DateTimeOffset SaidAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
