using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// POST /courses/import: the chosen rows of a preview become courses, all in one transaction or none.
/// </summary>
internal sealed class ApplyImport(TermWriter terms, IDbContextFactory<PlannerDb> databases, TimeProvider clock)
{
    /// <param name="PreviewId">Of the last hour.</param>
    /// <param name="Rows">Numbers, or objects with what was changed.</param>
    /// <param name="ReplaceConflicts">What is there gives way; absent: it is a conflict.</param>
    internal sealed record Request(string PreviewId, IReadOnlyList<ChosenRow> Rows, bool? ReplaceConflicts);

    /// <summary>More than a refusal names.</summary>
    private const int ConflictsMax = 1_000;
    private const int ConflictsEach = 10;

    /// <param name="ImportId">For undo.</param>
    /// <param name="Courses">How many were made.</param>
    /// <param name="Arrangements">Of those courses.</param>
    /// <param name="Replaced">How many arrangements, events and study blocks gave way.</param>
    internal sealed record Outcome(long ImportId, int Courses, int Arrangements, int Replaced);

    public static void Map(RouteGroupBuilder courses) =>
        courses
            .MapPost(
                "/import",
                async Task<Created<Outcome>> (
                    Request request,
                    ClaimsPrincipal user,
                    ApplyImport import,
                    CancellationToken cancellationToken
                ) =>
                {
                    var outcome = await import.HandleAsync(user.UserId(), request, cancellationToken);
                    return TypedResults.Created($"/api/v1/courses/imports/{outcome.ImportId}", outcome);
                }
            )
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("ImportCourses")
            .WithSummary("Import rows of a preview");

    private async Task<Outcome> HandleAsync(ulong userId, Request request, CancellationToken cancellationToken)
    {
        if (request.Rows.Count is 0 or > RowList.RowsMax)
            throw RefusedException.Field("rows", $"must be 1 to {RowList.RowsMax}");
        if (request.Rows.Select(r => r.Row).Distinct().Count() != request.Rows.Count)
            throw RefusedException.Field("rows", "must name each row once");
        return await BeginsAsync(userId, request.PreviewId, cancellationToken) is { } begins
            ? await terms.ChangeAsync(
                userId,
                begins,
                (db, term, token) => ApplyAsync(db, term, request, token),
                cancellationToken
            )
            : await terms.ChangeAsync(
                userId,
                (db, term, token) => ApplyAsync(db, term, request, token),
                cancellationToken
            );
    }

    /// <summary>When the term begins that has to be made or is only assumed; null: there is one.</summary>
    /// <exception cref="RefusedException">conflict: nobody said which week it is, and odd weeks would become even
    /// ones.</exception>
    private async Task<DateOnly?> BeginsAsync(ulong userId, string previewId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await TermWriter.FindAsync(db, userId, cancellationToken) is { IsAssumed: false })
            return null;
        var preview = await PreviewOf(db, userId, previewId).FirstOrDefaultAsync(cancellationToken)
            ?? throw NoPreview();
        return preview.FirstMonday
            ?? throw new RefusedException(
                ErrorCodes.Conflict,
                "No term is set. Read the file again and say which week it is: current_week, or term_starts.",
                extensions: new Dictionary<string, object?> { ["rule"] = "week_unknown" }
            );
    }

    private IQueryable<CoursePreview> PreviewOf(PlannerDb db, ulong userId, string id)
    {
        var now = clock.MicrosNow();
        return db.CoursePreviews.AsNoTracking().Where(p => p.Id == id && p.UserId == userId && p.ExpiresAt > now);
    }

    private static RefusedException NoPreview() => RefusedException.NotFound("preview, or it is older than an hour");

    private async Task<Outcome> ApplyAsync(
        PlannerDb db,
        Term term,
        Request request,
        CancellationToken cancellationToken
    )
    {
        var now = clock.MicrosNow();
        var preview = await PreviewOf(db, term.UserId, request.PreviewId).FirstOrDefaultAsync(cancellationToken)
            ?? throw NoPreview();
        var chosen = Chosen(
            request.Rows,
            JsonSerializer.Deserialize<CourseRow[]>(preview.Rows, WebJson.Options)!,
            term
        );
        var moved = await MovedCourses.BeforeAsync(db, term, now, cancellationToken);
        var before = await StudyAfterCourses.ConflictsAsync(db, term, cancellationToken);
        if (term.IsAssumed && preview.FirstMonday is { } monday)
            await AssumedTerm.BeginAsync(db, term, monday, cancellationToken);
        var there = await ListCourses.OfTerm(db, term).ToListAsync(cancellationToken);
        var lost = MakeRoom(db, [.. chosen.Select(c => c.Row)], there, request.ReplaceConflicts ?? false);

        var import = new CourseImport
        {
            UserId = term.UserId,
            TermId = term.Id,
            Format = preview.Format,
            FileName = preview.FileName,
            CreatedAt = now,
            Replaced = "",
        };
        db.CourseImports.Add(import);
        await db.SaveChangesAsync(cancellationToken);
        var made = ImportedCourses.Of(chosen, term, import.Id, now);
        if (there.Count + made.Count > CourseWriter.CoursesMax)
            throw CourseWriter.TooMany();
        db.Courses.AddRange(made);
        (import.Courses, import.Arrangements) = (made.Count, made.Sum(c => c.Arrangements.Count));
        var gave = await StudyAfterCourses.FitAsync(
            db,
            term,
            before,
            request.ReplaceConflicts ?? false,
            null,
            cancellationToken
        );
        lost.AddRange(gave.Events);
        import.Replaced = JsonSerializer.Serialize(new Replaced(lost, gave.Blocks), WebJson.Options);
        await moved.TellAsync(db, term, cancellationToken);
        return new Outcome(import.Id, import.Courses, import.Arrangements, lost.Count + gave.Blocks.Count);
    }

    /// <exception cref="RefusedException">invalid_argument naming rows and fields.</exception>
    private static List<(CourseRow Row, bool Embeddable)> Chosen(
        IReadOnlyList<ChosenRow> chosen,
        CourseRow[] rows,
        Term term
    )
    {
        var byNumber = rows.ToDictionary(r => r.Row);
        var errors = new FieldErrors();
        List<(CourseRow, bool)> found = [];
        foreach (var one in chosen)
        {
            if (!byNumber.TryGetValue(one.Row, out var row))
            {
                errors.Require(false, $"rows.{one.Row}", "is no row of the preview");
                continue;
            }
            // What was out of range when the preview was made may have been so for another term.
            var kept = row with
            {
                Errors = [.. row.Errors.Where(e => e.Code is not ("out_of_range" or "reversed" or "missing"))],
            };
            var checkedRow = one.ApplyTo(kept).Checked(term);
            foreach (var error in checkedRow.Errors)
                errors.Require(false, $"rows.{one.Row}.{error.Field}", error.Reason);
            found.Add((checkedRow, one.Embeddable ?? false));
        }
        errors.Throw("Some rows cannot be imported as they are.");
        return found;
    }

    private static List<LostWeeks> MakeRoom(PlannerDb db, CourseRow[] rows, List<Course> there, bool replace)
    {
        var among = RowConflicts.Among(rows, ConflictsEach);
        if (among.Count > 0)
            throw GiveWay.Refuse([.. among.SelectMany(c => c)]);
        var conflicts = rows.SelectMany(r =>
                GiveWay.Conflicts(r.Name, RowConflicts.TimeOf(r)!.Value, there).Select(c => c with { Row = r.Row })
            )
            .Take(ConflictsMax)
            .ToArray();
        if (conflicts.Length == 0)
            return [];
        if (!replace)
            throw GiveWay.Refuse(conflicts);
        return [.. rows.SelectMany(r => GiveWay.Take(db, RowConflicts.TimeOf(r)!.Value, there))];
    }
}
