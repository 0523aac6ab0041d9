using System.Security.Claims;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Likes;
using SmartFlow.Forum.Plans;
using SmartFlow.Forum.Writing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Forum.Imports;

/// <summary>The task class that was made.</summary>
internal sealed record ImportedView(ulong TaskClassId, string Name, DateOnly StartDate, DateOnly EndDate, int Items);

/// <summary>
/// POST /plan-square/posts/{id}/import: makes a task class of the reader's own, and nothing else. Once for each user,
/// and again where the author has put another plan there since; the author hears of the first (forum.post.imported).
/// Refusals: invalid_argument, not_found, already_exists (with task_class_id), conflict (too many classes),
/// limit_reached, unavailable.
/// </summary>
internal sealed class ImportPost(
    IPlanner planner,
    IWriter<ForumDb> writer,
    IOptions<ForumOptions> options,
    TimeProvider time
)
{
    private const int TitleMost = 80;
    private const int SourceMost = 200;
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2097, 12, 31);

    internal sealed record Request(string? TargetTitle, DateOnly? StartDate);

    public static void Map(IEndpointRouteBuilder square) =>
        square
            .MapPost(
                "/posts/{id:long}/import",
                async (
                    long id,
                    Request request,
                    ClaimsPrincipal user,
                    ImportPost import,
                    CancellationToken cancellationToken
                ) => await import.HandleAsync(id, request, user.UserId(), cancellationToken)
            )
            .WithIdempotency<ForumDb>(required: true)
            .WithName("ImportPost")
            .WithSummary("Make a plan one's own");

    public async Task<Created<ImportedView>> HandleAsync(
        long id,
        Request request,
        ulong userId,
        CancellationToken cancellationToken
    )
    {
        var title = Checked(request);
        // :: Step 1: note what is asked of the planner, so that a repeat after a crash asks for the same.
        var asked = await AskAsync(id, userId, title, request.StartDate, cancellationToken);
        // :: Step 2: the planner makes the class, once under this key.
        CreateTaskClassResponse made;
        try
        {
            made = await planner.CreateTaskClassAsync(asked, cancellationToken);
        }
        catch (RefusedException refused) when (refused.Code != ErrorCodes.Unavailable)
        {
            await ForgetAsync(id, userId);
            throw InOurWords(refused);
        }
        // :: Step 3: note that it is there, count it and tell the store.
        await writer.WriteAsync(
            (db, token) => FinishAsync(db, id, userId, made.Id, time.GetUtcNow(), token),
            CancellationToken.None
        );
        var plan = PlanDraft.Read(asked.Draft);
        return TypedResults.Created(
            $"/api/v1/task-classes/{made.Id}",
            new ImportedView(made.Id, asked.Draft.Name, plan.StartDate, plan.EndDate, plan.Items.Count)
        );
    }

    /// <returns>Empty: the post's title.</returns>
    private static string Checked(Request request)
    {
        var errors = new FieldErrors();
        var title = Prose.Clean(request.TargetTitle, TitleMost, lines: false);
        Prose.Check(errors, "target_title", title, request.TargetTitle is null ? 0 : 1, TitleMost, lines: false);
        errors.Require(
            request.StartDate is not { } day || (day >= Earliest && day <= Latest),
            "start_date",
            $"must lie between {Earliest:yyyy-MM-dd} and {Latest:yyyy-MM-dd}"
        );
        errors.Throw("The import is not valid.");
        return title;
    }

    private async Task<CreateTaskClassRequest> AskAsync(
        long id,
        ulong userId,
        string title,
        DateOnly? start,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await writer.WriteAsync(
                (db, token) => AskAsync(db, id, userId, title, start, token),
                cancellationToken
            );
        }
        catch (DbUpdateException)
        {
            // PostgreSQL: the same user asked at the same time; now that row is visible.
            return await writer.WriteAsync(
                (db, token) => AskAsync(db, id, userId, title, start, token),
                cancellationToken
            );
        }
    }

    private async Task<CreateTaskClassRequest> AskAsync(
        ForumDb db,
        long id,
        ulong userId,
        string title,
        DateOnly? start,
        CancellationToken cancellationToken
    )
    {
        var post = await db
            .Posts.AsNoTracking()
            .FirstOrDefaultAsync(p => p.Id == id && p.DeletedAt == null, cancellationToken)
            ?? throw RefusedException.NotFound("post");
        var row = await db.Imports.FirstOrDefaultAsync(i => i.PostId == id && i.UserId == userId, cancellationToken);
        if (row?.Asked is { } open)
            return CreateTaskClassRequest.Parser.ParseFrom(open);
        if (row is not null && row.PlanRevision >= post.PlanRevision)
            throw new RefusedException(
                ErrorCodes.AlreadyExists,
                "You have imported this plan already.",
                extensions: new Dictionary<string, object?> { ["task_class_id"] = row.TaskClassId }
            );
        var now = time.GetUtcNow();
        await RefuseTooManyAsync(db, userId, now, cancellationToken);
        var plan = Plan.OfJson((await db.Plans.AsNoTracking().FirstAsync(p => p.PostId == id, cancellationToken)).Plan);
        var author = await MemberNames.ReadAsync(db, [post.AuthorId], cancellationToken);
        var request = new CreateTaskClassRequest
        {
            UserId = userId,
            IdempotencyKey = $"forum-import:{id}:{post.PlanRevision}",
            Draft = PlanDraft.Write(plan.StartingOn(start ?? Today(now)), title.Length > 0 ? title : post.Title),
            Source = Source(post.Title, author.GetValueOrDefault(post.AuthorId)),
        };
        if (row is null)
            db.Imports.Add(row = new PostImport { PostId = id, UserId = userId });
        (row.StartedAt, row.Asked, row.AskedRevision) = (now, request.ToByteArray(), post.PlanRevision);
        await db.SaveChangesAsync(cancellationToken);
        return request;
    }

    private static async Task<int> FinishAsync(
        ForumDb db,
        long id,
        ulong userId,
        ulong classId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var row = db.Imports.Where(i => i.PostId == id && i.UserId == userId);
        var first = await row.Where(i => i.ImportedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(i => i.ImportedAt, now), cancellationToken);
        await row.Where(i => i.Asked != null)
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(i => i.TaskClassId, classId)
                        .SetProperty(i => i.PlanRevision, i => i.AskedRevision)
                        .SetProperty(i => i.Asked, (byte[]?)null),
                cancellationToken
            );
        if (first == 0)
            return 0;
        var post = db.Posts.Where(p => p.Id == id && p.DeletedAt == null);
        await post.ExecuteUpdateAsync(
            s => s.SetProperty(p => p.ImportCount, p => p.ImportCount + 1),
            cancellationToken
        );
        var author = await post.Select(p => (ulong?)p.AuthorId).FirstOrDefaultAsync(cancellationToken);
        if (author is { } someone && someone != 0 && someone != userId)
            Reward.Publish(db, EventNames.ForumPostImported, id, someone, userId, now);
        return await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>The planner has said no: nothing is open, and a first import has not been.</summary>
    private Task<int> ForgetAsync(long id, ulong userId) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                var row = db.Imports.Where(i => i.PostId == id && i.UserId == userId);
                var gone = await row.Where(i => i.ImportedAt == null).ExecuteDeleteAsync(token);
                return gone + await row.ExecuteUpdateAsync(s => s.SetProperty(i => i.Asked, (byte[]?)null), token);
            },
            CancellationToken.None
        );

    private async Task RefuseTooManyAsync(
        ForumDb db,
        ulong userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (most, since) = (options.Value.ImportsPerDay, now.AddDays(-1));
        if (await db.Imports.CountAsync(i => i.UserId == userId && i.StartedAt > since, cancellationToken) >= most)
            throw new RefusedException(
                ErrorCodes.LimitReached,
                $"At most {most} imports in 24 hours.",
                retryAfter: TimeSpan.FromHours(1)
            );
    }

    private DateOnly Today(DateTimeOffset now) =>
        DateOnly.FromDateTime(
            TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(options.Value.TimeZone)).DateTime
        );

    private static string Source(string title, string? author)
    {
        var source = author is null ? $"计划广场：{title}" : $"计划广场：{title}（{author}）";
        return source.Length <= SourceMost ? source : title;
    }

    private static RefusedException InOurWords(RefusedException refused) =>
        refused.Errors?.TryGetValue("name", out var reasons) == true
            ? RefusedException.Field("target_title", reasons[0])
            : refused;
}
