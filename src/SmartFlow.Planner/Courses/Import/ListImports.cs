using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>GET /courses/imports: those of the current term, newest first.</summary>
internal static class ListImports
{
    internal sealed record ImportView(
        long ImportId,
        string Format,
        string FileName,
        int Courses,
        int Arrangements,
        DateTimeOffset CreatedAt,
        DateTimeOffset? UndoneAt
    );

    public static void Map(RouteGroupBuilder courses) =>
        courses
            .MapGet("/imports", HandleAsync)
            .WithName("ListCourseImports")
            .WithSummary("Own imports of the current term");

    private static async Task<Ok<Paged<ImportView>>> HandleAsync(
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await TermWriter.FindAsync(db, user.UserId(), cancellationToken);
        if (term is null)
            return TypedResults.Ok(query.Wrap<ImportView>([], 0));
        var own = db
            .CourseImports.AsNoTracking()
            .Where(i => i.UserId == term.UserId && i.TermId == term.Id)
            .OrderByDescending(i => i.Id)
            .Select(i => new ImportView(
                i.Id,
                i.Format,
                i.FileName,
                i.Courses,
                i.Arrangements,
                i.CreatedAt,
                i.UndoneAt
            ));
        return TypedResults.Ok(await query.ReadAsync(own, i => i, cancellationToken));
    }
}
