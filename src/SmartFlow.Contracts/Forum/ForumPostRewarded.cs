namespace SmartFlow.Contracts.Forum;

/// <summary>
/// The payload of forum.post.liked and forum.post.imported: someone did something that rewards a post's author.
/// </summary>
public sealed record ForumPostRewarded
{
    public required ulong PostId { get; init; }

    public required ulong AuthorUserId { get; init; }

    /// <summary>Who liked or imported; the author themselves earns nothing.</summary>
    public required ulong ActorUserId { get; init; }

    public required DateTimeOffset HappenedAt { get; init; }
}
