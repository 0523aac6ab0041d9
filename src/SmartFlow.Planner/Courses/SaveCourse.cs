using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.Courses;

/// <summary>POST /courses and PATCH /courses/{id}.</summary>
internal static class SaveCourse
{
    public static void Map(RouteGroupBuilder courses)
    {
        courses
            .MapPost("/", CreateAsync)
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("CreateCourse")
            .WithSummary("Make a course by hand");
        courses.MapPatch("/{id:long}", EditAsync).WithName("EditCourse").WithSummary("Change a course");
    }

    private static async Task<Created<CourseView>> CreateAsync(
        CourseFields request,
        ClaimsPrincipal user,
        CourseWriter courses,
        CancellationToken cancellationToken
    )
    {
        var course = await courses.SaveAsync(user.UserId(), null, request, cancellationToken);
        return TypedResults.Created($"/api/v1/courses/{course.Id}", course);
    }

    private static async Task<Ok<CourseView>> EditAsync(
        long id,
        CourseFields request,
        ClaimsPrincipal user,
        CourseWriter courses,
        CancellationToken cancellationToken
    ) => TypedResults.Ok(await courses.SaveAsync(user.UserId(), id, request, cancellationToken));
}
