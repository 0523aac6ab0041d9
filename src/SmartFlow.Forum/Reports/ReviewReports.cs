using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Posts;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Reports;

/// <param name="PostId">Of the post.</param>
/// <param name="Title">Its title.</param>
/// <param name="Author">Null: the account is gone.</param>
/// <param name="Reason">spam, abuse, copyright or other.</param>
/// <param name="Note">The words of who reported it.</param>
/// <param name="CreatedAt">When it was reported.</param>
internal sealed record ReportView(
    long PostId,
    string Title,
    AuthorView? Author,
    string Reason,
    string Note,
    DateTimeOffset CreatedAt
);

/// <summary>
/// For operators: GET /admin/plan-square/reports (open ones, oldest first), POST /admin/plan-square/posts/{id}/remove
/// and /keep close them. Every decision stands in the audit log. Refusals: invalid_argument, not_found.
/// </summary>
internal sealed partial class ReviewReports(
    IWriter<ForumDb> writer,
    IDbContextFactory<ForumDb> databases,
    IEnumerable<IOperatorAudit> audits,
    ILogger<ReviewReports> logger,
    TimeProvider time
)
{
    public static void Map(IEndpointRouteBuilder admin)
    {
        admin
            .MapGet(
                "/reports",
                (ReviewReports review, int? page, int? page_size, CancellationToken cancellationToken) =>
                    review.ListAsync(PageQuery.Of(page, page_size), cancellationToken)
            )
            .WithName("ListPostReports")
            .WithSummary("Reported posts");
        admin
            .MapPost(
                "/posts/{id:long}/remove",
                (long id, HttpContext http, ReviewReports review, CancellationToken cancellationToken) =>
                    review.DecideAsync(id, remove: true, Operator.Of(http), cancellationToken)
            )
            .WithName("RemoveReportedPost")
            .WithSummary("Take a post off the plaza");
        admin
            .MapPost(
                "/posts/{id:long}/keep",
                (long id, HttpContext http, ReviewReports review, CancellationToken cancellationToken) =>
                    review.DecideAsync(id, remove: false, Operator.Of(http), cancellationToken)
            )
            .WithName("KeepReportedPost")
            .WithSummary("Let a reported post stand");
    }

    public async Task<Paged<ReportView>> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var open = db.Reports.AsNoTracking().Where(r => r.ClosedAt == null);
        var total = await open.CountAsync(cancellationToken);
        var reports = await open.OrderBy(r => r.CreatedAt)
            .ThenBy(r => r.PostId)
            .Skip(page.Skip)
            .Take(page.Size)
            .Join(
                db.Posts,
                r => r.PostId,
                p => p.Id,
                (r, p) =>
                    new
                    {
                        r,
                        p.Title,
                        p.AuthorId,
                    }
            )
            .ToListAsync(cancellationToken);
        var names = await MemberNames.ReadAsync(db, reports.Select(r => r.AuthorId), cancellationToken);
        return page.Wrap(
            [
                .. reports
                    .OrderBy(r => r.r.CreatedAt)
                    .Select(r => new ReportView(
                        r.r.PostId,
                        r.Title,
                        AuthorView.Of(r.AuthorId, names),
                        r.r.Reason,
                        r.r.Note,
                        r.r.CreatedAt
                    )),
            ],
            total
        );
    }

    public async Task<NoContent> DecideAsync(long id, bool remove, Operator by, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var title = await writer.WriteAsync(
            async (db, token) =>
            {
                var post = await db
                    .Posts.AsNoTracking()
                    .FirstOrDefaultAsync(p => p.Id == id && p.DeletedAt == null, token)
                    ?? throw RefusedException.NotFound("post");
                await db
                    .Reports.Where(r => r.PostId == id && r.ClosedAt == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(r => r.ClosedAt, now), token);
                if (remove)
                    await DeletePost.RemoveAsync(db, id, now, token);
                return post.Title;
            },
            cancellationToken
        );
        var action = new OperatorAction(
            by,
            remove ? "post.remove" : "post.keep",
            $"post:{id}",
            new { title },
            remove ? null : new { title }
        );
        foreach (var audit in audits)
            await audit.RecordAsync(action);
        Log.Decided(logger, action.Action, id, by.Name);
        return TypedResults.NoContent();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Action} of post {PostId} by {Operator}.")]
        public static partial void Decided(ILogger logger, string action, long postId, string @operator);
    }
}
