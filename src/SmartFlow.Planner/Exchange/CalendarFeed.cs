namespace SmartFlow.Planner.Exchange;

/// <summary>
/// The secret address under which a user's calendar can be read; of the secret only its hash is kept.
/// </summary>
internal sealed class CalendarFeed
{
    public ulong UserId { get; set; }

    /// <summary>SHA-256 of the token.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>Before each event; null: no alarm.</summary>
    public int? AlarmMinutes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}
