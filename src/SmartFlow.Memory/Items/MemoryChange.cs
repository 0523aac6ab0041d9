using System.Text.Json;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Items;

internal enum ChangeKind
{
    Added,
    Changed,
    Deleted,
}

/// <summary>
/// What a turn did to an item: told below its answer, and taken back from there. It goes with its item.
/// </summary>
internal sealed class MemoryChange
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public long ConversationId { get; set; }

    public required string TurnId { get; set; }

    public long ItemId { get; set; }

    public ChangeKind Kind { get; set; }

    /// <summary>Of one that was changed: how it was, as <see cref="ItemBefore"/> in JSON.</summary>
    public string? Before { get; set; }

    /// <summary>The item's version after it: another one there now, and it is taken back no more.</summary>
    public DateTimeOffset LeftAt { get; set; }

    public DateTimeOffset? UndoneAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>All of an item that a turn may change.</summary>
internal sealed record ItemBefore(
    MemoryType Type,
    string Title,
    string Content,
    double Confidence,
    int Importance,
    bool Explicit,
    DayHours? Hours,
    long? ConversationId,
    string? TurnId,
    DateTimeOffset? ExpiresAt
)
{
    public static ItemBefore Of(MemoryItem i) =>
        new(
            i.Type,
            i.Title,
            i.Content,
            i.Confidence,
            i.Importance,
            i.Explicit,
            i.Hours,
            i.ConversationId,
            i.TurnId,
            i.ExpiresAt
        );

    public static ItemBefore Read(string json) => JsonSerializer.Deserialize<ItemBefore>(json, WebJson.Options)!;

    public string Write() => JsonSerializer.Serialize(this, WebJson.Options);

    public void ApplyTo(MemoryItem item, DateTimeOffset now)
    {
        (item.Type, item.Title, item.Content, item.Hours) = (Type, Title, Content, Hours);
        (item.Confidence, item.Importance, item.Explicit, item.ExpiresAt) = (
            Confidence,
            Importance,
            Explicit,
            ExpiresAt
        );
        (item.ConversationId, item.TurnId, item.UpdatedAt) = (ConversationId, TurnId, now);
    }
}
