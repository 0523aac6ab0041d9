using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Plans;
using SmartFlow.Forum.Search;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Posts;

/// <summary>
/// PATCH /plan-square/posts/{id}: its author's; what is absent stays. refresh_plan takes a new snapshot of the class;
/// who imported the one before is told that there is another. Refusals: invalid_argument, forbidden, not_found (the
/// post, or the class of refresh_plan), already_exists, conflict (edited at the same time), unavailable.
/// </summary>
internal sealed class EditPost(
    IDbContextFactory<ForumDb> databases,
    IWriter<ForumDb> writer,
    PublishPost publish,
    MemberNames names,
    GetPost reading,
    TimeProvider time
)
{
    internal sealed record Request(string? Title, string? Summary, IReadOnlyList<string?>? Tags, bool? RefreshPlan);

    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapPatch(
                "/posts/{id:long}",
                (long id, Request request, ClaimsPrincipal user, EditPost edit, CancellationToken cancellationToken) =>
                    edit.HandleAsync(id, request, user.UserId(), cancellationToken)
            )
            .WithName("EditPost")
            .WithSummary("Change an own post");

    public async Task<PostDetail> HandleAsync(
        long id,
        Request request,
        ulong userId,
        CancellationToken cancellationToken
    )
    {
        Plan? plan = null;
        if (request.RefreshPlan is true)
            plan = await publish.SnapshotAsync(
                userId,
                await ClassOfAsync(id, userId, cancellationToken),
                cancellationToken
            );
        var name = await names.FindAsync(userId, cancellationToken);
        await writer.WriteAsync(
            async (db, token) =>
            {
                await OwnPosts.RequireAsync(db, id, userId, token);
                await names.KeepAsync(db, userId, name, token);
                return await EditAsync(db, id, request, plan, token);
            },
            cancellationToken
        );
        return await reading.HandleAsync(id, userId, cancellationToken);
    }

    private async Task<ulong> ClassOfAsync(long id, ulong userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await OwnPosts.RequireAsync(db, id, userId, cancellationToken);
        return await db.Posts.Where(p => p.Id == id).Select(p => p.TaskClassId).FirstAsync(cancellationToken);
    }

    private async Task<int> EditAsync(
        ForumDb db,
        long id,
        Request request,
        Plan? plan,
        CancellationToken cancellationToken
    )
    {
        // The row first: who edits or deletes the same post at the same time waits here, and finds it edited.
        var now = time.GetUtcNow();
        var held = await db
            .Posts.Where(p => p.Id == id && p.DeletedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.EditedAt, now), cancellationToken);
        if (held == 0)
            throw RefusedException.NotFound("post");
        var post = await db.Posts.AsNoTracking().FirstAsync(p => p.Id == id, cancellationToken);
        var before = await TagCounts.OfAsync(db, id, cancellationToken);
        var fields = PostFields.Of(
            request.Title ?? post.Title,
            request.Summary ?? post.Summary,
            request.Tags ?? [.. before.Select(t => t.Name)]
        );
        await db
            .Posts.Where(p => p.Id == id)
            .ExecuteUpdateAsync(
                s => s.SetProperty(p => p.Title, fields.Title).SetProperty(p => p.Summary, fields.Summary),
                cancellationToken
            );
        if (request.Tags is not null)
            await ReplaceTagsAsync(db, id, before, fields, cancellationToken);
        await PostSearch.PutAsync(db, id, fields, cancellationToken);
        if (plan is not null)
            await ReplacePlanAsync(db, post, plan, cancellationToken);
        return held;
    }

    private static async Task ReplaceTagsAsync(
        ForumDb db,
        long id,
        List<Writing.TagName> before,
        PostFields fields,
        CancellationToken cancellationToken
    )
    {
        await db.PostTags.Where(t => t.PostId == id).ExecuteDeleteAsync(cancellationToken);
        TagCounts.Add(db, id, fields.Tags);
        await db.SaveChangesAsync(cancellationToken);
        await TagCounts.ChangeAsync(
            db,
            before.ExceptBy(fields.Tags.Select(t => t.Key), t => t.Key),
            -1,
            cancellationToken
        );
        await TagCounts.ChangeAsync(
            db,
            fields.Tags.ExceptBy(before.Select(t => t.Key), t => t.Key),
            +1,
            cancellationToken
        );
    }

    private static async Task ReplacePlanAsync(ForumDb db, Post post, Plan plan, CancellationToken cancellationToken)
    {
        var json = plan.ToJson();
        if (await db.Plans.AnyAsync(p => p.PostId == post.Id && p.Plan == json, cancellationToken))
            return;
        var hash = plan.Hash();
        await NewPost.RefuseRepeatAsync(db, post.AuthorId, hash, plan.Items.Count, post.Id, cancellationToken);
        await db
            .Plans.Where(p => p.PostId == post.Id)
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.Plan, json), cancellationToken);
        await db
            .Posts.Where(p => p.Id == post.Id)
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(p => p.PlanHash, hash)
                        .SetProperty(p => p.PlanRevision, p => p.PlanRevision + 1)
                        .SetProperty(p => p.Items, plan.Items.Count)
                        .SetProperty(p => p.Sections, plan.Sections)
                        .SetProperty(p => p.Days, plan.Days),
                cancellationToken
            );
    }
}
