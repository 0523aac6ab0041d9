namespace SmartFlow.Forum.Likes;

/// <summary>
/// That somebody liked a post; the row stays when the like is taken back, so that it is rewarded once.
/// </summary>
internal sealed class PostLike
{
    public long PostId { get; set; }

    public ulong UserId { get; set; }

    /// <summary>False: taken back.</summary>
    public bool Liked { get; set; }

    public DateTimeOffset FirstAt { get; set; }
}
