namespace SmartFlow.Forum.Imports;

/// <summary>That somebody made a task class of their own from a post.</summary>
internal sealed class PostImport
{
    public long PostId { get; set; }

    public ulong UserId { get; set; }

    /// <summary>Of the plan that was imported; 0: none was yet.</summary>
    public int PlanRevision { get; set; }

    /// <summary>Null: the planner has not said yet that it made the class.</summary>
    public ulong? TaskClassId { get; set; }

    /// <summary>The request that the planner has not confirmed: a repeat sends the same. Null: none is open.</summary>
    public byte[]? Asked { get; set; }

    /// <summary>The plan's revision in that request.</summary>
    public int AskedRevision { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>The first import that succeeded; null: none yet.</summary>
    public DateTimeOffset? ImportedAt { get; set; }
}
