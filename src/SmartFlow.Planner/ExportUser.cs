using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Events;
using SmartFlow.Planner.Exchange;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Users;

namespace SmartFlow.Planner;

/// <summary>
/// Terms, courses, plans, tasks, and the week with its history. Previews, which live for an hour, are left out, and so
/// is the secret of the feed.
/// </summary>
internal sealed class ExportUser(IDbContextFactory<PlannerDb> databases) : IUserData<UserDataOf.Planner>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<PlannerDb>.ReadAsync(databases, Sections(request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<PlannerDb>> Sections(ulong user) =>
        [
            Section<PlannerDb>.Of<Term>(
                "terms",
                db => db.Terms.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Name,
                    x.FirstMonday,
                    x.Weeks,
                    x.TimeZone,
                    SectionTimes = x.SectionTimes.Select(SectionTimeView.Of).ToArray(),
                    x.DaysOff.Holidays,
                    x.DaysOff.Swaps,
                    x.StudyOnHolidays,
                    x.IsCurrent,
                    x.IsAssumed,
                    x.CreatedAt,
                    x.UpdatedAt,
                }
            ),
            Section<PlannerDb>.Of<Course>(
                "courses",
                db =>
                    db.Courses.Include(c => c.Arrangements).Where(x => x.UserId == user && x.Kind == CourseKind.Course),
                x => x.Id,
                x => new
                {
                    x.TermId,
                    Course = CourseView.Of(x),
                    x.CreatedAt,
                    x.UpdatedAt,
                }
            ),
            Section<PlannerDb>.Of<Course>(
                "events",
                db =>
                    db.Courses.Include(c => c.Arrangements).Where(x => x.UserId == user && x.Kind == CourseKind.Event),
                x => x.Id,
                x => new
                {
                    x.TermId,
                    Title = x.Name,
                    x.Place,
                    x.Note,
                    Times = x.Arrangements.Select(EventTime.Of).ToArray(),
                    x.CreatedAt,
                    x.UpdatedAt,
                }
            ),
            Section<PlannerDb>.Of<CourseImport>(
                "course_imports",
                db => db.CourseImports.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.TermId,
                    x.Format,
                    x.FileName,
                    x.Courses,
                    x.Arrangements,
                    x.CreatedAt,
                    x.UndoneAt,
                }
            ),
            Section<PlannerDb>.Of<TaskClass>(
                "task_classes",
                db => db.TaskClasses.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Name,
                    x.Mode,
                    x.StartDate,
                    x.EndDate,
                    x.Subject,
                    x.Difficulty,
                    x.Intensity,
                    x.Strategy,
                    x.AllowFillerCourses,
                    ExcludedPairs = TaskClassView.Numbers(x.ExcludedPairs),
                    ExcludedDays = TaskClassView.Numbers(x.ExcludedDays),
                    x.Source,
                    x.CreatedAt,
                    x.UpdatedAt,
                }
            ),
            Section<PlannerDb>.Of<TaskItem>(
                "task_items",
                db => db.TaskItems.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.TaskClassId,
                    x.Position,
                    x.Content,
                    x.Sections,
                    x.DeadlineAt,
                    x.Status,
                    x.DoneAt,
                }
            ),
            Section<PlannerDb>.Of<QuickTask>(
                "quick_tasks",
                db => db.QuickTasks.Where(x => x.UserId == user),
                x => x.Id,
                x => QuickTaskView.Of(x)
            ),
            Section<PlannerDb>.Of<TaskSeries>(
                "task_series",
                db => db.TaskSeries.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Title,
                    x.PriorityGroup,
                    x.EstimatedSections,
                    Repeat = StoredJson.Of(x.Rule),
                    x.Anchor,
                    x.DueMinute,
                    x.ThresholdMinutes,
                    x.TimeZone,
                    x.NextOn,
                    x.EndedAt,
                    x.CreatedAt,
                    x.UpdatedAt,
                }
            ),
            Section<PlannerDb>.Of<Placement>(
                "schedule",
                db => db.Placements.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.TermId,
                    x.ItemId,
                    x.QuickTaskId,
                    x.Week,
                    x.Day,
                    x.SectionFrom,
                    x.SectionTo,
                    x.ArrangementId,
                    x.Locked,
                    x.Missed,
                    x.Origin,
                    x.CreatedAt,
                    x.UpdatedAt,
                }
            ),
            Section<PlannerDb>.Of<ScheduleChange>(
                "schedule_changes",
                db => db.ScheduleChanges.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.TermId,
                    x.Kind,
                    Before = StoredJson.Of(x.Before),
                    After = StoredJson.Of(x.After),
                    x.CreatedAt,
                    x.UndoneAt,
                }
            ),
            Section<PlannerDb>.One<UserHours>(
                "study_hours",
                db => db.UserHours.Where(x => x.UserId == user),
                x => new { x.Revision, Hours = StoredJson.Of(x.Hours) }
            ),
            Section<PlannerDb>.One<CalendarFeed>(
                "calendar_feeds",
                db => db.CalendarFeeds.Where(x => x.UserId == user),
                x => new { x.AlarmMinutes, x.CreatedAt }
            ),
        ];
}
