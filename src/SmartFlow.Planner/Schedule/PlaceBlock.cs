using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// POST /schedule/placements: an item or a quick task gets its place; inside a filler course it is embedded.
/// </summary>
internal static class PlaceBlock
{
    /// <param name="ItemId">Either this or quick_task_id.</param>
    /// <param name="QuickTaskId">Either this or item_id.</param>
    /// <param name="Week">1 to the weeks of the term.</param>
    /// <param name="Day">1 (Monday) to 7.</param>
    /// <param name="SectionFrom">From 1.</param>
    /// <param name="Sections">1-4; absent: what the item or the task needs.</param>
    /// <param name="AllowReorder">Items of the class may be passed.</param>
    /// <param name="Version">The term's version as read; absent: whatever stands there now.</param>
    internal sealed record Request(
        long? ItemId,
        long? QuickTaskId,
        int Week,
        int Day,
        int SectionFrom,
        int? Sections,
        bool? AllowReorder,
        long? Version
    );

    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPost("/placements", HandleAsync)
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("PlaceBlock")
            .WithSummary("Give an item or a quick task its place");

    private static async Task<Created<ScheduleChanged>> HandleAsync(
        Request request,
        ClaimsPrincipal user,
        ScheduleWriter schedule,
        CancellationToken cancellationToken
    )
    {
        var subject = SubjectFields.Subject(request.ItemId, request.QuickTaskId);
        var sections = SubjectFields.Sections(request.Sections);
        var changed = await schedule.ChangeAsync(
            user.UserId(),
            new Change(ChangeKinds.Place, request.Version, [subject], request.AllowReorder ?? false),
            state =>
            {
                if (state.Placements.Find(p => p.Subject == subject) is { } held)
                    throw Refusals.Placed(state, held.ToBlock());
                return
                [
                    new Wish(
                        subject,
                        Slot.Of(request.Week, request.Day, request.SectionFrom, sections ?? state.SectionsOf(subject))
                    ),
                ];
            },
            cancellationToken
        );
        return TypedResults.Created($"/api/v1/schedule/weeks/{request.Week}", changed);
    }
}
