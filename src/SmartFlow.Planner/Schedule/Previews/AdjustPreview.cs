using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Scheduling;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>
/// PATCH /schedule/plan/{preview_id}: one item elsewhere or nowhere in the preview, which is scored again.
/// </summary>
internal static class AdjustPreview
{
    /// <param name="ItemId">Of the plan.</param>
    /// <param name="Week">With day and section_from: where the item is to stand.</param>
    /// <param name="Unplace">True: it is to stand nowhere.</param>
    /// <param name="Revision">As read: another one there now is a conflict. Absent: whatever is there.</param>
    internal sealed record Request(long ItemId, int? Week, int? Day, int? SectionFrom, bool? Unplace, int? Revision)
    {
        public Slot? To(int sections)
        {
            if (Unplace == true)
                return null;
            return (Week, Day, SectionFrom) is ({ } week, { } day, { } from)
                ? Slot.Of(week, day, from, sections)
                : throw RefusedException.Field("week", "send week, day and section_from, or unplace");
        }
    }

    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPatch("/plan/{previewId}", HandleAsync)
            .WithName("AdjustPlan")
            .WithSummary("Move an item within a plan's preview");

    private static async Task<Ok<PlanView>> HandleAsync(
        string previewId,
        Request request,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        IWriter<PlannerDb> writer,
        TermWriter terms,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = (user.UserId(), clock.MicrosNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var preview = await ReadPreview.FindAsync(db, userId, previewId, cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        await ReadPreview.CheckOpenAsync(db, term, preview, now, cancellationToken);
        if (request.Revision is { } seen && seen != preview.Revision)
            throw Changed();
        var adjusted = await AdjustAsync(db, term, preview, request, now, cancellationToken);
        var answer = Planning.Write(adjusted);
        // One statement decides between two adjustments of the same revision, and between one and an apply.
        var kept = await writer.WriteAsync(
            (own, token) =>
                own
                    .PlanPreviews.Where(p =>
                        p.Id == previewId && p.UserId == userId && p.Revision == preview.Revision && p.AppliedAt == null
                    )
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(p => p.Answer, answer).SetProperty(p => p.Revision, adjusted.Revision),
                        token
                    ),
            cancellationToken
        );
        return kept == 0 ? throw Changed() : TypedResults.Ok(adjusted);
    }

    private static async Task<PlanView> AdjustAsync(
        PlannerDb db,
        Term term,
        PlanPreview preview,
        Request request,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var (asked, view) = (PlanAsked.Read(preview), Planning.Read(preview));
        var (state, of, _) = await Planning.ReadAsync(db, term, asked.Request, asked.Now, cancellationToken);
        var places = Places(of);
        if (!places.TryGetValue(request.ItemId, out var adjusted))
            throw RefusedException.NotFound("item in this plan");
        var slots = view.Placements.ToDictionary(p => p.ItemId, PlanViewOf.SlotOf);
        slots.Remove(request.ItemId);
        if (request.To(of.Problem.Classes[adjusted.Class].Items[adjusted.Item].Sections) is { } to)
            slots.Add(request.ItemId, to);
        // Now and not when the plan was made: what has passed since cannot be used either.
        if (slots.TryGetValue(request.ItemId, out var at) && state.Schedule(now).HasBegun(at))
            throw RefusedException.Field("section_from", "lies in the past");
        var unplaced = places.Keys.Where(id => !slots.ContainsKey(id));
        var result = state
            .Schedule(now)
            .Rearrange(PlanWishes.Of(state, slots.Select(s => (s.Key, s.Value)), unplaced), allowReorder: false);
        if (result is Rearrangement.Refused { Refusal: var refusal })
            throw Refusals.Of(refusal, state);
        var answer = Scheduler.Score(
            of.Problem,
            slots.Select(s => (places[s.Key].Class, places[s.Key].Item, of.StartOf(s.Value)))
        );
        return new PlanViewOf(state, of, asked.Request).Remake(view, answer);
    }

    /// <summary>The items that the plan may place, by where the problem has them.</summary>
    private static Dictionary<long, (int Class, int Item)> Places(ProblemOf of)
    {
        var places = new Dictionary<long, (int, int)>();
        for (var c = 0; c < of.Problem.Classes.Count; c++)
        for (var i = 0; i < of.Problem.Classes[c].Items.Count; i++)
            if (of.Problem.Classes[c].Items[i] is { Locked: false } item)
                places.Add(item.Id, (c, i));
        return places;
    }

    private static RefusedException Changed() =>
        new(
            ErrorCodes.Conflict,
            "The preview was changed meanwhile. Read it again and repeat the change.",
            extensions: new Dictionary<string, object?> { ["rule"] = "revision" }
        );
}
