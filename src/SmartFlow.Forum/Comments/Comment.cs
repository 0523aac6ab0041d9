namespace SmartFlow.Forum.Comments;

/// <summary>A comment on a post or a reply to one. Answers have greater ids than what they answer.</summary>
internal sealed class Comment
{
    public long Id { get; set; }

    public long PostId { get; set; }

    /// <summary>The comment at the head of the thread; null: this is one.</summary>
    public long? RootId { get; set; }

    public long? ParentId { get; set; }

    /// <summary>0 for a root.</summary>
    public int Depth { get; set; }

    /// <summary>0: the account is gone.</summary>
    public ulong AuthorId { get; set; }

    /// <summary>Empty once deleted.</summary>
    public required string Content { get; set; }

    /// <summary>Of a root: everything beneath it that is not deleted.</summary>
    public int ReplyCount { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }
}
