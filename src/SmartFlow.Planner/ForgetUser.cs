using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Users;

namespace SmartFlow.Planner;

/// <summary>
/// On user.deleted: terms, courses, plans, tasks, the week, its history and previews, and the calendar's secret address
/// go.
/// </summary>
internal static class ForgetUser
{
    public const string Group = "smartflow-planner-user-deleted-consumer";

    public static async Task RunAsync(PlannerDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        // The address first: whoever reads it meanwhile waits for nothing else.
        await db.CalendarFeeds.Where(f => f.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.PlanPreviews.Where(p => p.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.ScheduleChanges.Where(c => c.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Placements.Where(p => p.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.QuickTasks.Where(t => t.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.TaskSeries.Where(s => s.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.TaskItems.Where(i => i.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.TaskClasses.Where(c => c.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.CoursePreviews.Where(p => p.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.CourseImports.Where(i => i.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Arrangements.Where(a => a.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Courses.Where(c => c.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Terms.Where(t => t.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.UserHours.Where(h => h.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.DeleteLettersAsync(user, cancellationToken);
    }
}
