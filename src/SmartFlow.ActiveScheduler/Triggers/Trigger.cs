using System.Text.Json;
using SmartFlow.Platform.Web;

namespace SmartFlow.ActiveScheduler.Triggers;

/// <summary>Something that happened to a user and may lead to a suggestion; kept once by its key.</summary>
internal sealed class Trigger
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    /// <summary>
    /// Who, what, about what, and on which day of the user's own zone: the same thing is not raised twice.
    /// </summary>
    public required string Key { get; set; }

    /// <summary>A word of <see cref="TriggerKinds"/>.</summary>
    public required string Kind { get; set; }

    /// <summary>What it is about, e.g. task:5; of one matter there is one suggestion at a time.</summary>
    public required string Matter { get; set; }

    /// <summary>JSON of <see cref="TriggerSubject"/>.</summary>
    public required string Subject { get; set; }

    /// <summary>zh or en; empty: by what the matter is called.</summary>
    public string Language { get; set; } = "";

    public DateTimeOffset DueAt { get; set; }

    /// <summary>Somebody works on it until then.</summary>
    public DateTimeOffset? ClaimedUntil { get; set; }

    public int Attempts { get; set; }

    /// <summary>A word for what became of it, e.g. suggested, settled, covered.</summary>
    public string? Outcome { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public TriggerSubject Read() => JsonSerializer.Deserialize<TriggerSubject>(Subject, WebJson.Options)!;
}

/// <summary>What happens.</summary>
internal static class TriggerKinds
{
    /// <summary>An important and urgent task has no place in the window.</summary>
    public const string Urgent = "urgent";

    /// <summary>A deadline of the window no longer fits.</summary>
    public const string Deadline = "deadline";

    /// <summary>A block was reported as not done.</summary>
    public const string Missed = "missed";

    /// <summary>The user is tired.</summary>
    public const string Tired = "tired";

    /// <summary>Courses moved.</summary>
    public const string Courses = "courses";

    /// <summary>The user asked to be reminded of a matter.</summary>
    public const string Remind = "remind";
}

/// <summary>What a trigger is about; what is not meant is 0 or empty.</summary>
internal sealed record TriggerSubject
{
    public ulong TaskId { get; init; }

    public ulong ItemId { get; init; }

    public ulong PlacementId { get; init; }

    /// <summary>What it is called, for a reminder.</summary>
    public string Title { get; init; } = "";

    public IReadOnlyList<ulong> LostItems { get; init; } = [];

    public IReadOnlyList<ulong> LostTasks { get; init; } = [];

    public int FreedSections { get; init; }

    public string Matter => TaskId > 0 ? $"task:{TaskId}" : $"item:{ItemId}";
}

/// <summary>A matter that a user does not want to hear of.</summary>
internal sealed class Mute
{
    public ulong UserId { get; set; }

    public required string Matter { get; set; }

    /// <summary>Null: for good, as long as the mark is the same.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>What the matter looked like, e.g. its deadline: one that looks otherwise is another.</summary>
    public string Mark { get; set; } = "";
}
