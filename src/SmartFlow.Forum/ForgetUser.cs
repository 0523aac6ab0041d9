using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Comments;
using SmartFlow.Forum.Posts;
using SmartFlow.Forum.Search;
using SmartFlow.Platform.Users;

namespace SmartFlow.Forum;

/// <summary>
/// On user.deleted: what others answered stays without its author's name: posts that somebody else commented or
/// imported, comments that somebody else replied to. What nobody answered goes, and what the user did (likes, imports,
/// reports) with its counters.
/// </summary>
internal sealed class ForgetUser(TimeProvider time)
{
    public const string Group = "smartflow-taskclass-forum-user-deleted-consumer";

    public async Task RunAsync(ForumDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        await UndoAsync(db, user, cancellationToken);
        await DeletePostsAsync(db, user, cancellationToken);
        await DeleteCommentsAsync(db, user, cancellationToken);
        await db
            .Comments.Where(c => c.AuthorId == user)
            .ExecuteUpdateAsync(s => s.SetProperty(c => c.AuthorId, 0ul), cancellationToken);
        await db
            .Posts.Where(p => p.AuthorId == user)
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(p => p.AuthorId, 0ul)
                        .SetProperty(p => p.TaskClassId, 0ul)
                        .SetProperty(p => p.PlanHash, (byte[]?)null),
                cancellationToken
            );
        await db.Members.Where(m => m.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.DeleteLettersAsync(user, cancellationToken);
    }

    private static async Task UndoAsync(ForumDb db, ulong user, CancellationToken cancellationToken)
    {
        var likes = db.Likes.Where(l => l.UserId == user);
        await db
            .Posts.Where(p => likes.Any(l => l.PostId == p.Id && l.Liked))
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.LikeCount, p => p.LikeCount - 1), cancellationToken);
        await likes.ExecuteDeleteAsync(cancellationToken);
        var imports = db.Imports.Where(i => i.UserId == user);
        await db
            .Posts.Where(p => imports.Any(i => i.PostId == p.Id && i.ImportedAt != null))
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.ImportCount, p => p.ImportCount - 1), cancellationToken);
        await imports.ExecuteDeleteAsync(cancellationToken);
        await db.Reports.Where(r => r.UserId == user).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Those that were taken off the plaza, too.</summary>
    private async Task DeletePostsAsync(ForumDb db, ulong user, CancellationToken cancellationToken)
    {
        var alone = await db
            .Posts.AsNoTracking()
            .Where(p =>
                p.AuthorId == user
                && (
                    p.DeletedAt != null
                    || (
                        !db.Comments.Any(c => c.PostId == p.Id && c.AuthorId != user && c.DeletedAt == null)
                        && !db.Imports.Any(i => i.PostId == p.Id && i.UserId != user && i.ImportedAt != null)
                    )
                )
            )
            .Select(p => p.Id)
            .Order()
            .ToListAsync(cancellationToken);
        foreach (var id in alone)
        {
            var tags = await TagCounts.OfAsync(db, id, cancellationToken);
            await DeletePost.RemoveAsync(db, id, time.GetUtcNow(), cancellationToken);
            await db.Comments.Where(c => c.PostId == id).ExecuteDeleteAsync(cancellationToken);
            await db.Likes.Where(l => l.PostId == id).ExecuteDeleteAsync(cancellationToken);
            await db.Imports.Where(i => i.PostId == id).ExecuteDeleteAsync(cancellationToken);
            await db.Reports.Where(r => r.PostId == id).ExecuteDeleteAsync(cancellationToken);
            await db.Plans.Where(p => p.PostId == id).ExecuteDeleteAsync(cancellationToken);
            await db.PostTags.Where(t => t.PostId == id).ExecuteDeleteAsync(cancellationToken);
            await db.Posts.Where(p => p.Id == id).ExecuteDeleteAsync(cancellationToken);
            // A word that no post has any more was this author's.
            foreach (var tag in tags)
                await db.Tags.Where(t => t.Key == tag.Key && t.Posts <= 0).ExecuteDeleteAsync(cancellationToken);
        }
        if (alone.Count > 0)
            await PostSearch.ForgetRemovedAsync(db, cancellationToken);
    }

    private async Task DeleteCommentsAsync(ForumDb db, ulong user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var alone = await db
            .Comments.AsNoTracking()
            .Where(c =>
                c.AuthorId == user
                && c.DeletedAt == null
                && !db.Comments.Any(r =>
                    (r.ParentId == c.Id || r.RootId == c.Id) && r.AuthorId != user && r.DeletedAt == null
                )
            )
            .OrderBy(c => c.Id)
            .ToListAsync(cancellationToken);
        foreach (var comment in alone)
            await DeleteComment.RemoveAsync(db, comment, now, cancellationToken);
    }
}
