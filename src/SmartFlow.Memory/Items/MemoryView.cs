using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Items;

/// <summary>Something known about the user.</summary>
/// <param name="Type">constraint, preference or fact.</param>
/// <param name="Confidence">0 to 1; 1 of what was written down by hand.</param>
/// <param name="Importance">1 to 5.</param>
/// <param name="Explicit">Said outright or written down: what is only inferred does not change it.</param>
/// <param name="Status">active, expired or deleted.</param>
/// <param name="Hours">Hours that it speaks of; the planner keeps to those of explicit items.</param>
/// <param name="ConversationId">Where it was said; null: it was written down by hand.</param>
/// <param name="TurnId">The turn in which it was said.</param>
internal sealed record MemoryView(
    long Id,
    MemoryType Type,
    string Title,
    string Content,
    double Confidence,
    int Importance,
    bool Explicit,
    [property: AllowedValues("active", "expired", "deleted")] string Status,
    MemoryHours? Hours,
    long? ConversationId,
    string? TurnId,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    DateTimeOffset? DeletedAt
)
{
    public static MemoryView Of(MemoryItem i, DateTimeOffset now) =>
        new(
            i.Id,
            i.Type,
            i.Title,
            i.Content,
            i.Confidence,
            i.Importance,
            i.Explicit,
            i.Status == MemoryStatus.Deleted ? "deleted"
                : i.IsKnown(now) ? "active"
                : "expired",
            i.Hours is { } hours ? MemoryHours.Of(hours) : null,
            i.ConversationId,
            i.TurnId,
            i.ExpiresAt,
            i.CreatedAt,
            i.UpdatedAt,
            i.DeletedAt
        );
}

/// <summary>What an item may say, whoever wrote it.</summary>
internal static class ItemText
{
    public const int TitleMax = 60;
    public const int ContentMax = 300;

    /// <summary>One line of plain text: what does not show, and what turns text around, is left out.</summary>
    public static string Clean(string text, int most)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            var shown =
                Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator
                    or UnicodeCategory.Surrogate
                    or UnicodeCategory.OtherNotAssigned
                );
            var next =
                shown ? rune.ToString()
                : rune.Value is '\n' or '\r' or '\t' ? " "
                : "";
            if (clean.Length + next.Length > most)
                break;
            clean.Append(next);
        }
        return clean.ToString().Trim();
    }

    public static void Check(FieldErrors errors, string title, string content) =>
        errors
            .Text("title", title, 1, TitleMax)
            .Require(content.Length <= ContentMax, "content", $"must have at most {ContentMax} characters")
            .Require(
                !content.Any(c => char.IsControl(c) && c != '\n'),
                "content",
                "must not contain control characters"
            );

    /// <summary>Hours that are forbidden are a constraint, hours that are liked a preference.</summary>
    public static void CheckType(FieldErrors errors, MemoryType type, DayHours? hours) =>
        errors.Require(
            hours is null || type == TypeOf(hours),
            "type",
            hours?.Kind == HoursKind.Forbidden
                ? "must be constraint where hours are forbidden"
                : "must be preference where hours are preferred"
        );

    public static MemoryType TypeOf(DayHours hours) =>
        hours.Kind == HoursKind.Forbidden ? MemoryType.Constraint : MemoryType.Preference;

    public static RefusedException NotFound() => RefusedException.NotFound("memory");
}
