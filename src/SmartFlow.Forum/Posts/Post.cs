namespace SmartFlow.Forum.Posts;

/// <summary>
/// A plan that its author showed to everybody. Narrow, because every like writes it anew: the plan stands beside.
/// </summary>
internal sealed class Post
{
    public long Id { get; set; }

    /// <summary>0: the account is gone.</summary>
    public ulong AuthorId { get; set; }

    public required string Title { get; set; }

    public string Summary { get; set; } = "";

    /// <summary>The author's task class that the snapshot was taken of; nobody else sees it.</summary>
    public ulong TaskClassId { get; set; }

    public int Items { get; set; }

    public int Sections { get; set; }

    /// <summary>From the first day to the last, both included.</summary>
    public int Days { get; set; }

    /// <summary>+1 whenever another snapshot takes the place of this one.</summary>
    public int PlanRevision { get; set; } = 1;

    /// <summary>Of what the plan's items say; tells a repeated post from a new one. Null: may be repeated.</summary>
    public byte[]? PlanHash { get; set; }

    public int LikeCount { get; set; }

    public int ImportCount { get; set; }

    /// <summary>Comments that are not deleted.</summary>
    public int CommentCount { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? EditedAt { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>The snapshot of a post: <see cref="Plans.Plan"/> as JSON.</summary>
internal sealed class PostPlan
{
    public long PostId { get; set; }

    public required string Plan { get; set; }
}

/// <summary>A tag of a post, as its author wrote it.</summary>
internal sealed class PostTag
{
    public long PostId { get; set; }

    public int Position { get; set; }

    /// <summary>Equal for tags that differ in case or width only.</summary>
    public required string Key { get; set; }

    public required string Name { get; set; }
}

/// <summary>How many posts have a tag. The row with the empty key counts all posts.</summary>
internal sealed class Tag
{
    public required string Key { get; set; }

    /// <summary>As it was first written.</summary>
    public required string Name { get; set; }

    public int Posts { get; set; }
}
