using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// POST /schedule/embed: an item or a quick task, placed already or not, goes inside one occurrence of a filler course:
/// to the section that is named, else to the first where it fits.
/// </summary>
internal static class EmbedBlock
{
    /// <param name="ItemId">Either this or quick_task_id.</param>
    /// <param name="QuickTaskId">Either this or item_id.</param>
    /// <param name="ArrangementId">The filler course's.</param>
    /// <param name="Week">Of the occurrence.</param>
    /// <param name="Day">Of the occurrence, for a week in which a swap day repeats it; absent: the first.</param>
    /// <param name="SectionFrom">Absent: the first where it fits.</param>
    /// <param name="Sections">1-4; absent: as it stands, or what it needs.</param>
    /// <param name="AllowReorder">Items of the class may be passed.</param>
    /// <param name="Version">The term's version as read; absent: whatever stands there now.</param>
    internal sealed record Request(
        long? ItemId,
        long? QuickTaskId,
        long ArrangementId,
        int Week,
        int? Day,
        int? SectionFrom,
        int? Sections,
        bool? AllowReorder,
        long? Version
    );

    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPost("/embed", HandleAsync)
            .WithIdempotency<PlannerDb>()
            .WithName("EmbedBlock")
            .WithSummary("Place a block inside a filler course");

    private static async Task<Ok<ScheduleChanged>> HandleAsync(
        Request request,
        ClaimsPrincipal user,
        ScheduleWriter schedule,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var subject = SubjectFields.Subject(request.ItemId, request.QuickTaskId);
        var sections = SubjectFields.Sections(request.Sections);
        var changed = await schedule.ChangeAsync(
            user.UserId(),
            new Change(ChangeKinds.Embed, request.Version, [subject], request.AllowReorder ?? false),
            (_, state, _) => Task.FromResult(Embed(state, subject, request, sections, clock.GetUtcNow())),
            cancellationToken
        );
        return TypedResults.Ok(changed);
    }

    private static Rearrangement Embed(
        TermState state,
        Subject subject,
        Request request,
        int? sections,
        DateTimeOffset now
    )
    {
        var inside = state
            .Occurrences.Where(o => o.Arrangement.Id == request.ArrangementId && o.Week == request.Week)
            .FirstOrDefault(o => request.Day is null || o.Day == request.Day)
            ?? throw RefusedException.NotFound("occurrence of that course");
        var held = state.Placements.Find(p => p.Subject == subject);
        var length = sections ?? held?.At.Sections ?? state.SectionsOf(subject);
        var frame = TermState.TimeOf(inside);
        if (!frame.Embeddable)
            throw Not(frame, subject, Rules.Overlap);
        var schedule = state.Schedule(now);
        Rearrangement? result = null;
        for (var from = request.SectionFrom ?? inside.SectionFrom; from + length - 1 <= inside.SectionTo; from++)
        {
            var to = Slot.Of(inside.Week, inside.Day, from, length);
            if (!frame.At.Contains(to))
                break;
            var tried = schedule.Rearrange([new Wish(subject, to)], request.AllowReorder ?? false);
            if (tried is Rearrangement.Done)
                return tried;
            result ??= tried;
            if (request.SectionFrom is not null)
                break;
        }
        return result ?? throw Not(frame, subject, Rules.CrossesFiller);

        RefusedException Not(CourseTime course, Subject wanted, string rule) =>
            Refusals.Of(new Refusal(rule, wanted, null, [course], []), state);
    }
}
