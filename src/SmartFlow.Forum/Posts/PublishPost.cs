using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Planner;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Plans;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Forum.Posts;

/// <summary>
/// POST /plan-square/posts: a snapshot of an own task class, with its items and without its places. Refusals:
/// invalid_argument, not_found (no such class of the user's), already_exists (the same plan stands there),
/// limit_reached, rate_limited, unavailable.
/// </summary>
internal sealed class PublishPost(IPlanner planner, MemberNames names, NewPost posts, GetPost reading)
{
    internal sealed record Request(ulong TaskClassId, string? Title, string? Summary, IReadOnlyList<string?>? Tags);

    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapPost(
                "/posts",
                async (
                    Request request,
                    ClaimsPrincipal user,
                    PublishPost publish,
                    CancellationToken cancellationToken
                ) => await publish.HandleAsync(request, user.UserId(), cancellationToken)
            )
            .WithIdempotency<ForumDb>(required: true)
            .WithName("PublishPost")
            .WithSummary("Show an own plan on the plaza");

    public async Task<Created<PostDetail>> HandleAsync(
        Request request,
        ulong userId,
        CancellationToken cancellationToken
    )
    {
        var fields = PostFields.Of(request.Title, request.Summary, request.Tags);
        var plan = await SnapshotAsync(userId, request.TaskClassId, cancellationToken);
        var name = await names.FindAsync(userId, cancellationToken);
        var id = await posts.AddAsync(userId, name, fields, plan, request.TaskClassId, cancellationToken);
        return TypedResults.Created(
            $"/api/v1/plan-square/posts/{id}",
            await reading.HandleAsync(id, userId, cancellationToken)
        );
    }

    /// <summary>The class as it is now.</summary>
    /// <exception cref="RefusedException">not_found, also for somebody else's; invalid_argument: it has no
    /// items.</exception>
    public async Task<Plan> SnapshotAsync(ulong userId, ulong taskClassId, CancellationToken cancellationToken)
    {
        if (taskClassId is 0 or > long.MaxValue)
            throw RefusedException.NotFound("task class");
        var found = await planner.GetTaskClassAsync(new() { UserId = userId, Id = taskClassId }, cancellationToken);
        var plan = PlanDraft.Read(found.TaskClass.Draft);
        return plan.Items.Count > 0
            ? plan
            : throw RefusedException.Field("task_class_id", "must be a class with items: an empty plan helps nobody");
    }
}
