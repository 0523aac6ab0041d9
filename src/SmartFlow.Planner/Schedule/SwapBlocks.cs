using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>POST /schedule/swap: each block begins where the other one did and keeps its own length.</summary>
internal static class SwapBlocks
{
    /// <param name="A">A placement's id.</param>
    /// <param name="B">Another one's.</param>
    /// <param name="AllowReorder">Items of a class may pass each other.</param>
    /// <param name="Version">The term's version as read; absent: whatever stands there now.</param>
    internal sealed record Request(long A, long B, bool? AllowReorder, long? Version);

    public static void Map(RouteGroupBuilder schedule) =>
        schedule.MapPost("/swap", HandleAsync).WithName("SwapBlocks").WithSummary("Let two blocks change places");

    private static async Task<Ok<ScheduleChanged>> HandleAsync(
        Request request,
        ClaimsPrincipal user,
        ScheduleWriter schedule,
        CancellationToken cancellationToken
    )
    {
        if (request.A == request.B)
            throw RefusedException.Field("b", "must be another block than a");
        var changed = await schedule.ChangeAsync(
            user.UserId(),
            new Change(ChangeKinds.Swap, request.Version, [], request.AllowReorder ?? false),
            state =>
            {
                var (a, b) = (state.Block(request.A), state.Block(request.B));
                return [new Wish(a.Subject, Begin(a.At, b.At)), new Wish(b.Subject, Begin(b.At, a.At))];
            },
            cancellationToken
        );
        return TypedResults.Ok(changed);
    }

    private static Slot Begin(Slot block, Slot other) => block.At(other.Week, other.Day, other.SectionFrom);
}
