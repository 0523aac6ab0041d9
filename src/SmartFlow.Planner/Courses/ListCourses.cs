using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses;

/// <summary>GET /courses: those of the current term, by name.</summary>
internal static class ListCourses
{
    /// <summary>A page may hold all courses of a term.</summary>
    private const int PageMax = CourseWriter.CoursesMax;

    public static void Map(RouteGroupBuilder courses) =>
        courses.MapGet("/", HandleAsync).WithName("ListCourses").WithSummary("Courses of the current term");

    private static async Task<Ok<Paged<CourseView>>> HandleAsync(
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size, PageMax);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await TermWriter.FindAsync(db, user.UserId(), cancellationToken);
        if (term is null)
            return TypedResults.Ok(query.Wrap<CourseView>([], 0));
        var own = OfTerm(db, term).AsNoTracking();
        return TypedResults.Ok(
            await query.ReadAsync(own.OrderBy(c => c.Name).ThenBy(c => c.Id), CourseView.Of, cancellationToken)
        );
    }

    /// <summary>With their arrangements.</summary>
    public static IQueryable<Course> OfTerm(PlannerDb db, Term term) =>
        Everything(db, term).Where(c => c.Kind == CourseKind.Course);

    /// <summary>As above, with personal events.</summary>
    public static IQueryable<Course> Everything(PlannerDb db, Term term) =>
        db.Courses.Include(c => c.Arrangements).Where(c => c.UserId == term.UserId && c.TermId == term.Id);
}
