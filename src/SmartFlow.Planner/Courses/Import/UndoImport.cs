using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// DELETE /courses/imports/{id}: its courses go, changed or not, and what gave way for them comes back.
/// </summary>
internal sealed class UndoImport(TermWriter terms, TimeProvider clock)
{
    public static void Map(RouteGroupBuilder courses) =>
        courses
            .MapDelete(
                "/imports/{id:long}",
                async Task<NoContent> (
                    long id,
                    ClaimsPrincipal user,
                    UndoImport undo,
                    CancellationToken cancellationToken
                ) =>
                {
                    await undo.HandleAsync(user.UserId(), id, cancellationToken);
                    return TypedResults.NoContent();
                }
            )
            .WithName("UndoCourseImport")
            .WithSummary("Undo an import");

    private Task<int> HandleAsync(ulong userId, long id, CancellationToken cancellationToken) =>
        terms.ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                var import = await db.CourseImports.FirstOrDefaultAsync(
                    i => i.Id == id && i.UserId == userId && i.TermId == term.Id,
                    token
                ) ?? throw RefusedException.NotFound("import of the current term");
                if (import.UndoneAt is not null)
                    throw new RefusedException(
                        ErrorCodes.Conflict,
                        "The import was undone already.",
                        extensions: new Dictionary<string, object?> { ["rule"] = "undone" }
                    );
                var moved = await MovedCourses.BeforeAsync(db, term, clock.GetUtcNow(), token);
                var before = await StudyAfterCourses.ConflictsAsync(db, term, token);
                await db.Courses.Where(c => c.UserId == userId && c.ImportId == id).ExecuteDeleteAsync(token);
                var there = await ListCourses.Everything(db, term).ToListAsync(token);
                var replaced = JsonSerializer.Deserialize<Replaced>(import.Replaced, WebJson.Options)!;
                Restore(db, term, there, replaced.Courses);
                import.UndoneAt = clock.MicrosNow();
                await StudyAfterCourses.FitAsync(db, term, before, replace: false, null, token);
                await StudyAfterCourses.PutBackAsync(db, term, replaced.Blocks, clock.MicrosNow(), token);
                await moved.TellAsync(db, term, token);
                return there.Count;
            },
            cancellationToken
        );

    private void Restore(PlannerDb db, Term term, List<Course> there, IReadOnlyList<LostWeeks> lost)
    {
        // Events meet by their dates, which is looked at once they are back.
        var courses = there.FindAll(c => c.Kind == CourseKind.Course);
        var conflicts = lost.Where(l => l.Kind == CourseKind.Course)
            .SelectMany(l =>
                GiveWay.Conflicts(l.Name, new LessonTime(l.Day, l.SectionFrom, l.SectionTo, l.Weeks), courses)
            )
            .ToArray();
        if (conflicts.Length > 0)
            throw GiveWay.Refuse(conflicts);
        foreach (var ofCourse in lost.GroupBy(l => l.CourseId))
        {
            var course = there.Find(c => c.Id == ofCourse.Key) ?? Again(db, term, ofCourse.First());
            foreach (var one in ofCourse)
            {
                var arrangement = course.Arrangements.Find(a =>
                    a.Id == one.ArrangementId
                    && LessonTime.Of(a) with
                    {
                        Weeks = one.Weeks,
                    } == new LessonTime(one.Day, one.SectionFrom, one.SectionTo, one.Weeks)
                );
                if (arrangement is not null)
                    arrangement.Weeks |= one.Weeks;
                else
                    course.Arrangements.Add(Again(course, one));
            }
        }
    }

    private Course Again(PlannerDb db, Term term, LostWeeks lost)
    {
        var now = clock.MicrosNow();
        var course = new Course
        {
            Kind = lost.Kind,
            UserId = term.UserId,
            TermId = term.Id,
            ImportId = lost.ImportId,
            Name = lost.Name,
            Teacher = lost.Teacher,
            Place = lost.Place,
            Embeddable = lost.Embeddable,
            Hue = lost.Hue,
            Note = lost.Note,
            CreatedAt = now,
            UpdatedAt = now,
        };
        db.Courses.Add(course);
        return course;
    }

    private static Arrangement Again(Course course, LostWeeks lost) =>
        new()
        {
            UserId = course.UserId,
            TermId = course.TermId,
            Day = lost.Day,
            SectionFrom = lost.SectionFrom,
            SectionTo = lost.SectionTo,
            Weeks = lost.Weeks,
            Teacher = lost.OwnTeacher,
            Place = lost.OwnPlace,
            StartsMinute = lost.StartsMinute,
            EndsMinute = lost.EndsMinute,
        };
}
