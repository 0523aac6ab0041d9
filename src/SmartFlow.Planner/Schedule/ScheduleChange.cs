using System.Text.Json;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>One change of the schedule, with what is needed to take it back.</summary>
internal sealed class ScheduleChange
{
    public long Id { get; set; }

    public ulong UserId { get; set; }

    public long TermId { get; set; }

    /// <summary>A word of <see cref="ChangeKinds"/>.</summary>
    public required string Kind { get; set; }

    /// <summary>JSON: the touched blocks as they stood; one that was placed is missing.</summary>
    public required string Before { get; set; }

    /// <summary>JSON: the same blocks afterwards; one that was taken away is missing.</summary>
    public required string After { get; set; }

    public long VersionBefore { get; set; }

    public long VersionAfter { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>The idempotency key of the call that made it, if another module did.</summary>
    public string? CreationKey { get; set; }

    /// <summary>What that call asked for.</summary>
    public byte[]? CreationHash { get; set; }

    public static ScheduleChange Of(string kind, IReadOnlyList<BlockChange> changes) =>
        new()
        {
            Kind = kind,
            Before = Write(changes.Select(c => c.Before)),
            After = Write(changes.Select(c => c.After)),
        };

    public IReadOnlyList<BlockChange> Changes()
    {
        var (before, after) = (Read(Before), Read(After));
        return
        [
            .. before
                .Keys.Union(after.Keys)
                .Select(s => new BlockChange(s, before.GetValueOrDefault(s), after.GetValueOrDefault(s))),
        ];
    }

    private static string Write(IEnumerable<StudyBlock?> blocks) =>
        JsonSerializer.Serialize(blocks.OfType<StudyBlock>(), WebJson.Options);

    private static Dictionary<Subject, StudyBlock> Read(string json) =>
        JsonSerializer.Deserialize<List<StudyBlock>>(json, WebJson.Options)!.ToDictionary(b => b.Subject);
}

/// <summary>What a change was, as a page names it.</summary>
internal static class ChangeKinds
{
    public const string Place = "place";
    public const string Move = "move";
    public const string Swap = "swap";
    public const string Batch = "batch";
    public const string Embed = "embed";
    public const string Unplace = "unplace";
    public const string Lock = "lock";
    public const string Miss = "miss";
    public const string Plan = "plan";
}
