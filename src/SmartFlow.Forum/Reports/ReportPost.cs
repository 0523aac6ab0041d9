using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Forum.Comments;
using SmartFlow.Forum.Writing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Reports;

/// <summary>
/// POST /plan-square/posts/{id}/report {reason: spam|abuse|copyright|other, note?}: operators will look at it. A second
/// report of the same user changes nothing. Refusals: invalid_argument, not_found, limit_reached.
/// </summary>
internal sealed class ReportPost(IWriter<ForumDb> writer, IOptions<ForumOptions> options, TimeProvider time)
{
    private const int NoteMost = 200;

    internal sealed record Request(string? Reason, string? Note);

    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapPost(
                "/posts/{id:long}/report",
                (
                    long id,
                    Request request,
                    ClaimsPrincipal user,
                    ReportPost report,
                    CancellationToken cancellationToken
                ) => report.HandleAsync(id, request, user.UserId(), cancellationToken)
            )
            .WithName("ReportPost")
            .WithSummary("Tell the operators about a post");

    public async Task<NoContent> HandleAsync(
        long id,
        Request request,
        ulong userId,
        CancellationToken cancellationToken
    )
    {
        var errors = new FieldErrors();
        var note = Prose.Clean(request.Note, NoteMost, lines: true);
        errors.OneOf("reason", request.Reason ?? "", "spam", "abuse", "copyright", "other");
        Prose.Check(errors, "note", note, 0, NoteMost, lines: true);
        errors.Throw("The report is not valid.");
        var now = time.GetUtcNow();
        await writer.WriteAsync(
            async (db, token) =>
            {
                await ListComments.RequirePostAsync(db, id, token);
                var since = now.AddDays(-1);
                if (
                    await db.Reports.CountAsync(r => r.UserId == userId && r.CreatedAt > since, token)
                    >= options.Value.ReportsPerDay
                )
                    throw new RefusedException(
                        ErrorCodes.LimitReached,
                        $"At most {options.Value.ReportsPerDay} reports in 24 hours.",
                        retryAfter: TimeSpan.FromHours(1)
                    );
                var (user, at) = ((long)userId, UnixMicros.From(now));
                return await db.Database.ExecuteSqlAsync(
                    $"""
                    INSERT INTO post_reports (post_id, user_id, reason, note, created_at) VALUES ({id}, {user}, {request.Reason}, {note}, {at})
                    ON CONFLICT (post_id, user_id) DO NOTHING
                    """,
                    token
                );
            },
            cancellationToken
        );
        return TypedResults.NoContent();
    }
}
