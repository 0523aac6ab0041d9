using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>DELETE /schedule/placements/{id}: the item or task stands nowhere; it is not deleted itself.</summary>
internal static class UnplaceBlock
{
    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapDelete("/placements/{id:long}", HandleAsync)
            .WithName("UnplaceBlock")
            .WithSummary("Take a block out of the schedule");

    private static async Task<Ok<ScheduleChanged>> HandleAsync(
        long id,
        long? version,
        ClaimsPrincipal user,
        ScheduleWriter schedule,
        CancellationToken cancellationToken
    )
    {
        var changed = await schedule.ChangeAsync(
            user.UserId(),
            new Change(ChangeKinds.Unplace, version, []),
            state => [new Wish(state.Block(id).Subject, null)],
            cancellationToken
        );
        return TypedResults.Ok(changed);
    }
}
