using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>POST /task-classes.</summary>
internal static class CreateTaskClass
{
    public static void Map(RouteGroupBuilder classes) =>
        classes
            .MapPost("/", HandleAsync)
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("CreateTaskClass")
            .WithSummary("Make a study plan with its items");

    private static async Task<Created<TaskClassView>> HandleAsync(
        ClassFields request,
        ClaimsPrincipal user,
        NewTaskClass classes,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < request.Items.Count; i++)
            if (request.Items[i]?.Id is not null)
                throw RefusedException.Field($"items[{i}].id", "must be absent in a new study plan");
        var (made, _) = await classes.AddAsync(user.UserId(), request, origin: null, cancellationToken);
        return TypedResults.Created($"/api/v1/task-classes/{made.Id}", made);
    }
}
