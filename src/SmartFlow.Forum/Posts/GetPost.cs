using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Plans;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Forum.Posts;

/// <summary>What the reader made of the post.</summary>
/// <param name="TaskClassId">Their own class.</param>
/// <param name="ImportedAt">First.</param>
/// <param name="IsOutdated">The author has put another plan there since: it may be imported again.</param>
internal sealed record ImportView(ulong TaskClassId, DateTimeOffset ImportedAt, bool IsOutdated);

/// <summary>A post with its plan.</summary>
internal sealed record PostDetail(PostCard Card, Plan Plan, int PlanRevision, ImportView? Import) : PostCard(Card)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public PostCard Card { get; } = Card;
}

/// <summary>GET /plan-square/posts/{id}: public. Refusals: not_found.</summary>
internal sealed class GetPost(IDbContextFactory<ForumDb> databases)
{
    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapGet(
                "/posts/{id:long}",
                (long id, ClaimsPrincipal user, GetPost get, CancellationToken cancellationToken) =>
                    get.HandleAsync(id, Reader.Of(user), cancellationToken)
            )
            .WithName("GetPost")
            .WithSummary("A plan with its items");

    /// <param name="id">The post's.</param>
    /// <param name="reader">0: nobody is signed in.</param>
    /// <param name="cancellationToken">Stops the queries.</param>
    public async Task<PostDetail> HandleAsync(long id, ulong reader, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var cards = await PostCards.ReadAsync(db, [id], reader, cancellationToken);
        var plan =
            cards.Count == 0
                ? null
                : await db.Plans.AsNoTracking().FirstOrDefaultAsync(p => p.PostId == id, cancellationToken);
        if (plan is null)
            throw RefusedException.NotFound("post");
        var revision = await db
            .Posts.Where(p => p.Id == id)
            .Select(p => p.PlanRevision)
            .FirstOrDefaultAsync(cancellationToken);
        var import = !cards[0].Imported
            ? null
            : await db
                .Imports.AsNoTracking()
                .Where(i => i.PostId == id && i.UserId == reader && i.ImportedAt != null && i.TaskClassId != null)
                .Select(i => new ImportView(i.TaskClassId!.Value, i.ImportedAt!.Value, i.PlanRevision < revision))
                .FirstOrDefaultAsync(cancellationToken);
        return new(cards[0], Plan.OfJson(plan.Plan), revision, import);
    }
}
