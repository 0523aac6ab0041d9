using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Plans;
using SmartFlow.Forum.Search;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Forum.Posts;

/// <summary>Adds a post with its snapshot, its tags and what it is found by.</summary>
internal sealed class NewPost(
    IWriter<ForumDb> writer,
    MemberNames names,
    IOptions<ForumOptions> options,
    TimeProvider time
)
{
    // Plans of fewer items are too much alike to call one a copy of another's.
    private const int CopyItemsLeast = 3;

    /// <exception cref="RefusedException">limit_reached: too many in a day; already_exists: the same plan stands
    /// there.</exception>
    public async Task<long> AddAsync(
        ulong author,
        string name,
        PostFields fields,
        Plan plan,
        ulong taskClassId,
        CancellationToken cancellationToken
    )
    {
        var post = new Post
        {
            AuthorId = author,
            Title = fields.Title,
            Summary = fields.Summary,
            TaskClassId = taskClassId,
            Items = plan.Items.Count,
            Sections = plan.Sections,
            Days = plan.Days,
            PlanHash = plan.Hash(),
            CreatedAt = time.MicrosNow(),
        };
        try
        {
            return await writer.WriteAsync(
                (db, token) => AddAsync(db, post, name, fields, plan, token),
                cancellationToken
            );
        }
        catch (DbUpdateException)
        {
            // PostgreSQL: the same plan was published between our look and our insert.
            await writer.WriteAsync(
                async (db, token) =>
                {
                    await RefuseRepeatAsync(db, author, post.PlanHash, plan.Items.Count, null, token);
                    return 0;
                },
                cancellationToken
            );
            throw;
        }
    }

    /// <summary>
    /// Refuses a plan that the author has on the plaza already, and one that is another's item by item.
    /// </summary>
    /// <exception cref="RefusedException">already_exists, with the post's id.</exception>
    public static async Task RefuseRepeatAsync(
        ForumDb db,
        ulong author,
        byte[] hash,
        int items,
        long? except,
        CancellationToken cancellationToken
    )
    {
        var same = await db
            .Posts.Where(p => p.PlanHash == hash && p.DeletedAt == null && p.Id != except)
            .OrderByDescending(p => p.AuthorId == author)
            .Select(p => new { p.Id, p.AuthorId })
            .FirstOrDefaultAsync(cancellationToken);
        if (same is null || (same.AuthorId != author && items < CopyItemsLeast))
            return;
        var whose =
            same.AuthorId == author
                ? "You have published this plan already."
                : "Somebody else has published this plan already.";
        throw new RefusedException(
            ErrorCodes.AlreadyExists,
            $"{whose} Change its items, or edit the post that is there.",
            extensions: new Dictionary<string, object?> { ["post_id"] = same.Id }
        );
    }

    private async Task<long> AddAsync(
        ForumDb db,
        Post post,
        string name,
        PostFields fields,
        Plan plan,
        CancellationToken cancellationToken
    )
    {
        // A retry of the transaction adds the post again.
        post.Id = 0;
        await RefuseTooManyAsync(db, post.AuthorId, post.CreatedAt, cancellationToken);
        await RefuseRepeatAsync(db, post.AuthorId, post.PlanHash!, plan.Items.Count, null, cancellationToken);
        await names.KeepAsync(db, post.AuthorId, name, cancellationToken);
        db.Posts.Add(post);
        await db.SaveChangesAsync(cancellationToken);
        db.Plans.Add(new PostPlan { PostId = post.Id, Plan = plan.ToJson() });
        TagCounts.Add(db, post.Id, fields.Tags);
        await db.SaveChangesAsync(cancellationToken);
        await TagCounts.AddPostAsync(db, fields.Tags, cancellationToken);
        await PostSearch.PutAsync(db, post.Id, fields, cancellationToken);
        return post.Id;
    }

    private async Task RefuseTooManyAsync(
        ForumDb db,
        ulong author,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var most = options.Value.PostsPerDay;
        var since = now.AddDays(-1);
        // Ids ascend with time: the post that would be too many is the one that far back.
        var oldest = await db
            .Posts.Where(p => p.AuthorId == author)
            .OrderByDescending(p => p.Id)
            .Skip(most - 1)
            .Select(p => (DateTimeOffset?)p.CreatedAt)
            .FirstOrDefaultAsync(cancellationToken);
        if (oldest > since)
            throw new RefusedException(
                ErrorCodes.LimitReached,
                $"At most {most} posts in 24 hours.",
                retryAfter: oldest.Value.AddDays(1) - now
            );
    }
}
