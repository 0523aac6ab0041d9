using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>POST /schedule/moves: several moves, all or none.</summary>
internal static class MoveBlocks
{
    private const int MovesMax = 100;

    /// <param name="Moves">1 to 100, each block once.</param>
    /// <param name="AllowReorder">Items of a class may pass each other.</param>
    /// <param name="Version">The term's version as read; absent: whatever stands there now.</param>
    internal sealed record Request(IReadOnlyList<Move> Moves, bool? AllowReorder, long? Version);

    internal sealed record Move(long PlacementId, int Week, int Day, int SectionFrom);

    public static void Map(RouteGroupBuilder schedule) =>
        schedule.MapPost("/moves", HandleAsync).WithName("MoveBlocks").WithSummary("Move several blocks, all or none");

    private static async Task<Ok<ScheduleChanged>> HandleAsync(
        Request request,
        ClaimsPrincipal user,
        ScheduleWriter schedule,
        CancellationToken cancellationToken
    )
    {
        if (request.Moves.Count is 0 or > MovesMax)
            throw RefusedException.Field("moves", $"must be 1 to {MovesMax}");
        if (request.Moves.DistinctBy(m => m.PlacementId).Count() < request.Moves.Count)
            throw RefusedException.Field("moves", "must name each block once");
        var changed = await schedule.ChangeAsync(
            user.UserId(),
            new Change(ChangeKinds.Batch, request.Version, [], request.AllowReorder ?? false),
            state => [.. request.Moves.Select(m => Wish(state.Block(m.PlacementId), m))],
            cancellationToken
        );
        return TypedResults.Ok(changed);
    }

    private static Wish Wish(StudyBlock block, Move move) =>
        new(block.Subject, block.At.At(move.Week, move.Day, move.SectionFrom));
}
