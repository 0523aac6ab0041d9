using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses;

/// <summary>DELETE /courses/{id}: a study block inside stays where it is.</summary>
internal static class DeleteCourse
{
    public static void Map(RouteGroupBuilder courses) =>
        courses.MapDelete("/{id:long}", HandleAsync).WithName("DeleteCourse").WithSummary("Delete a course");

    private static async Task<NoContent> HandleAsync(
        long id,
        ClaimsPrincipal user,
        TermWriter terms,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        await RunAsync(user.UserId(), id, CourseKind.Course, terms, clock, cancellationToken);
        return TypedResults.NoContent();
    }

    /// <exception cref="RefusedException">not_found: no such one of that kind in the current term.</exception>
    public static Task<int> RunAsync(
        ulong userId,
        long id,
        CourseKind kind,
        TermWriter terms,
        TimeProvider clock,
        CancellationToken cancellationToken
    ) =>
        terms.ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                var moved = await MovedCourses.BeforeAsync(db, term, clock.GetUtcNow(), token);
                var deleted = await db
                    .Courses.Where(c => c.Id == id && c.UserId == userId && c.TermId == term.Id && c.Kind == kind)
                    .ExecuteDeleteAsync(token);
                if (deleted == 0)
                    throw RefusedException.NotFound(kind == CourseKind.Event ? "event" : "course");
                await moved.TellAsync(db, term, token);
                return deleted;
            },
            cancellationToken
        );
}
