using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule;

/// <summary>PATCH /schedule/placements/{id}: elsewhere, locked or not, missed or not; what is absent stays.</summary>
internal static class MoveBlock
{
    /// <param name="Sections">1-4.</param>
    /// <param name="Locked">A locked block stays where it is, for hands and for plans.</param>
    /// <param name="Missed">True once it has passed without being done.</param>
    /// <param name="AllowReorder">Items of the class may be passed.</param>
    /// <param name="Version">The term's version as read; absent: whatever stands there now.</param>
    internal sealed record Request(
        int? Week,
        int? Day,
        int? SectionFrom,
        int? Sections,
        bool? Locked,
        bool? Missed,
        bool? AllowReorder,
        long? Version
    )
    {
        public Slot Where(Slot now) =>
            Slot.Of(
                Week ?? now.Week,
                Day ?? now.Day,
                SectionFrom ?? now.SectionFrom,
                SubjectFields.Sections(Sections) ?? now.Sections
            );

        public string Kind =>
            (Week ?? Day ?? SectionFrom ?? Sections) is not null ? ChangeKinds.Move
            : Missed is not null ? ChangeKinds.Miss
            : ChangeKinds.Lock;
    }

    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPatch("/placements/{id:long}", HandleAsync)
            .WithName("MoveBlock")
            .WithSummary("Move, lock or mark a block");

    private static async Task<Ok<ScheduleChanged>> HandleAsync(
        long id,
        Request request,
        ClaimsPrincipal user,
        ScheduleWriter schedule,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var changed = await schedule.ChangeAsync(
            user.UserId(),
            new Change(request.Kind, request.Version, [], request.AllowReorder ?? false),
            state =>
            {
                var block = state.Block(id);
                var to = request.Where(block.At);
                if (request.Missed == true)
                    state.CheckMissed(block, to, clock.GetUtcNow());
                return [new Wish(block.Subject, to) { Locked = request.Locked, Missed = request.Missed }];
            },
            cancellationToken
        );
        return TypedResults.Ok(changed);
    }
}
