using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Courses;

/// <summary>Makes and changes courses by hand: what is in the way is named, or gives way.</summary>
internal sealed class CourseWriter(TermWriter terms, TimeProvider clock)
{
    /// <summary>In one term.</summary>
    public const int CoursesMax = 200;

    /// <param name="userId">The owner.</param>
    /// <param name="id">Null: a new one.</param>
    /// <param name="fields">Checked here.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    /// <exception cref="RefusedException">invalid_argument, not_found, conflict with what stands there.</exception>
    public Task<CourseView> SaveAsync(
        ulong userId,
        long? id,
        CourseFields fields,
        CancellationToken cancellationToken
    ) => SaveAsync(userId, id, (_, _) => fields, cancellationToken);

    /// <summary>As above, with fields that depend on what is there.</summary>
    public async Task<CourseView> SaveAsync(
        ulong userId,
        long? id,
        Func<Course, Term, CourseFields> decide,
        CancellationToken cancellationToken
    )
    {
        var saved = await terms.ChangeAsync(
            userId,
            async (db, term, token) =>
            {
                var moved = await MovedCourses.BeforeAsync(db, term, clock.GetUtcNow(), token);
                var before = await StudyAfterCourses.ConflictsAsync(db, term, token);
                var courses = await ListCourses.OfTerm(db, term).ToListAsync(token);
                var course = id is null
                    ? New(db, term, courses.Count)
                    : courses.Find(c => c.Id == id) ?? throw RefusedException.NotFound("course");
                courses.Remove(course);
                var fields = decide(course, term);
                fields.ApplyTo(course, term);
                course.UpdatedAt = clock.MicrosNow();
                MakeRoom(db, course, courses, fields.ReplaceConflicts ?? false);
                await StudyAfterCourses.FitAsync(db, term, before, fields.ReplaceConflicts ?? false, null, token);
                await moved.TellAsync(db, term, token);
                return course;
            },
            cancellationToken
        );
        return CourseView.Of(saved);
    }

    public static RefusedException TooMany() =>
        new(
            ErrorCodes.Conflict,
            $"A term has at most {CoursesMax} courses.",
            extensions: new Dictionary<string, object?> { ["rule"] = "courses_max", ["max"] = CoursesMax }
        );

    private static void MakeRoom(PlannerDb db, Course course, List<Course> others, bool replace)
    {
        var conflicts = course
            .Arrangements.SelectMany(a => GiveWay.Conflicts(course.Name, LessonTime.Of(a), others))
            .ToArray();
        if (conflicts.Length == 0)
            return;
        if (!replace)
            throw GiveWay.Refuse(conflicts);
        foreach (var arrangement in course.Arrangements)
            GiveWay.Take(db, LessonTime.Of(arrangement), others);
    }

    private Course New(PlannerDb db, Term term, int there)
    {
        if (there >= CoursesMax)
            throw TooMany();
        var course = new Course
        {
            UserId = term.UserId,
            TermId = term.Id,
            Name = "",
            Teacher = "",
            Place = "",
            CreatedAt = clock.MicrosNow(),
        };
        db.Courses.Add(course);
        return course;
    }
}
