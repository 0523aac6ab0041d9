using SmartFlow.Forum.Authors;

namespace SmartFlow.Forum.Comments;

/// <summary>A comment as its readers see it.</summary>
/// <param name="Id">Greater than that of what it answers.</param>
/// <param name="PostId">Of the post.</param>
/// <param name="RootId">The head of its thread; null: this is one.</param>
/// <param name="ParentId">What it answers.</param>
/// <param name="Depth">0 for a root.</param>
/// <param name="Author">Null: deleted, or the account is gone.</param>
/// <param name="Content">Plain text; empty where it was deleted.</param>
/// <param name="ReplyCount">Of a root: everything beneath it that stands.</param>
/// <param name="CreatedAt">When it was written.</param>
/// <param name="Deleted">It was taken back; it only holds its replies together.</param>
/// <param name="Mine">The reader wrote it.</param>
internal sealed record CommentView(
    long Id,
    long PostId,
    long? RootId,
    long? ParentId,
    int Depth,
    AuthorView? Author,
    string Content,
    int ReplyCount,
    DateTimeOffset CreatedAt,
    bool Deleted,
    bool Mine
)
{
    public static CommentView Of(Comment c, Dictionary<ulong, string> names, ulong reader) =>
        new(
            c.Id,
            c.PostId,
            c.RootId,
            c.ParentId,
            c.Depth,
            c.DeletedAt is null ? AuthorView.Of(c.AuthorId, names) : null,
            c.Content,
            c.ReplyCount,
            c.CreatedAt,
            c.DeletedAt is not null,
            c.DeletedAt is null && reader != 0 && c.AuthorId == reader
        );
}
