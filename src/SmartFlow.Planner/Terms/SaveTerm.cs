using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Events;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Terms;

/// <summary>
/// PUT /terms/current: what is absent stays. Weeks or sections in which something stands cannot be dropped.
/// </summary>
internal static class SaveTerm
{
    private const int NamedMax = 10;

    public static void Map(RouteGroupBuilder terms) =>
        terms.MapPut("/current", HandleAsync).WithName("SaveCurrentTerm").WithSummary("Make or change the term");

    private static async Task<Ok<TermView>> HandleAsync(
        TermFields request,
        ClaimsPrincipal user,
        TermWriter terms,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var term = await terms.ChangeAsync(
            user.UserId(),
            async (db, term, token) =>
            {
                var moved = await Courses.MovedCourses.BeforeAsync(db, term, clock.GetUtcNow(), token);
                var dates = new EventDates(term);
                request.ApplyTo(term);
                await dates.KeepAsync(db, term, cut: false, token);
                await TermDates.RefuseOverlapAsync(db, term, token);
                await RefuseToDropAsync(db, term, token);
                await moved.TellAsync(db, term, token);
                return term;
            },
            cancellationToken
        );
        return TypedResults.Ok(TermView.Of(term, clock.GetUtcNow()));
    }

    private static async Task RefuseToDropAsync(PlannerDb db, Term term, CancellationToken cancellationToken)
    {
        var (sections, weeks) = (term.SectionTimes.Count, WeekMask.Until(term.Weeks));
        var outside = await db
            .Arrangements.AsNoTracking()
            .Where(a =>
                a.UserId == term.UserId && a.TermId == term.Id && (a.SectionTo > sections || (a.Weeks & ~weeks) != 0)
            )
            .OrderBy(a => a.Id)
            .Take(NamedMax)
            .Join(
                db.Courses,
                a => a.CourseId,
                c => c.Id,
                (a, c) =>
                    new
                    {
                        c.Name,
                        c.Kind,
                        a.CourseId,
                        a.Day,
                        a.SectionFrom,
                        a.SectionTo,
                        a.Weeks,
                    }
            )
            .ToListAsync(cancellationToken);
        if (outside.Count == 0)
        {
            await RefuseToDropStudyAsync(db, term, cancellationToken);
            return;
        }
        var field = outside.Exists(a => a.SectionTo > sections) ? "section_times" : "weeks";
        var blocks = outside.ConvertAll(a => new DroppedBlock(
            a.Kind == CourseKind.Event ? "event" : "course",
            a.CourseId,
            a.Name,
            WeekMask.Weeks(a.Weeks),
            a.Day,
            a.SectionFrom,
            a.SectionTo
        ));
        throw Refuse(field, blocks);
    }

    private static async Task RefuseToDropStudyAsync(PlannerDb db, Term term, CancellationToken cancellationToken)
    {
        var (sections, weeks) = (term.SectionTimes.Count, term.Weeks);
        if (
            !await db.Placements.AnyAsync(
                p => p.UserId == term.UserId && p.TermId == term.Id && (p.SectionTo > sections || p.Week > weeks),
                cancellationToken
            )
        )
            return;
        var study = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        var blocks = study
            .Placements.Where(p => p.SectionTo > sections || p.Week > weeks)
            .Take(NamedMax)
            .Select(p => new DroppedBlock(
                "placement",
                p.Id,
                study.TitleOf(p.Subject),
                [p.Week],
                p.Day,
                p.SectionFrom,
                p.SectionTo
            ))
            .ToArray();
        throw Refuse(blocks.Any(b => b.SectionTo > sections) ? "section_times" : "weeks", blocks);
    }

    private static RefusedException Refuse(string field, IReadOnlyList<DroppedBlock> blocks) =>
        new(
            ErrorCodes.Conflict,
            $"The term would lose room in which something stands: {string.Join(", ", blocks.Select(b => b.Title).Distinct())}.",
            new Dictionary<string, string[]>
            {
                [field] = ["would drop " + string.Join(", ", blocks.Select(b => b.Title).Distinct())],
            },
            new Dictionary<string, object?> { ["rule"] = "term_room", ["blocks"] = blocks }
        );
}

/// <summary>What stands where the term would no longer reach.</summary>
internal sealed record DroppedBlock(
    string Kind,
    long Id,
    string Title,
    IReadOnlyList<int> Weeks,
    int Day,
    int SectionFrom,
    int SectionTo
);
