namespace SmartFlow.Contracts.Forum;

/// <summary>
/// The payload of forum.post.commented: someone wrote under a post, or answered a comment of its reader.
/// </summary>
public sealed record ForumPostCommented
{
    public required ulong PostId { get; init; }

    public required ulong CommentId { get; init; }

    /// <summary>Who is told: the post's author, or that of the comment that is answered.</summary>
    public required ulong UserId { get; init; }

    public required ulong ActorUserId { get; init; }

    /// <summary>The comment's first characters.</summary>
    public required string Excerpt { get; init; }

    public required DateTimeOffset HappenedAt { get; init; }
}
