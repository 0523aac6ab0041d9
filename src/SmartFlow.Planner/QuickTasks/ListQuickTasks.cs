using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>
/// GET /tasks: open ones first, by quadrant and deadline. What is due for promotion moves before it is shown.
/// </summary>
internal static class ListQuickTasks
{
    public static void Map(RouteGroupBuilder tasks) =>
        tasks.MapGet("/", HandleAsync).WithName("ListQuickTasks").WithSummary("Own quick tasks");

    private static async Task<Ok<Paged<QuickTaskView>>> HandleAsync(
        bool? completed,
        int? priority_group,
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        Promotion promotion,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size);
        if (priority_group is < 1 or > 4)
            throw RefusedException.Field("priority_group", "must be between 1 and 4");
        var userId = user.UserId();
        await promotion.PromoteOwnAsync(userId, cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var found = Of(db, userId, completed, priority_group);
        return TypedResults.Ok(await query.ReadAsync(Sort(found, completed), QuickTaskView.Of, cancellationToken));
    }

    public static IQueryable<QuickTask> Of(PlannerDb db, ulong userId, bool? completed, int? group)
    {
        var tasks = db.QuickTasks.AsNoTracking().Where(t => t.UserId == userId);
        if (completed is { } done)
            tasks = tasks.Where(t => (t.CompletedAt != null) == done);
        return group is { } only ? tasks.Where(t => t.PriorityGroup == only) : tasks;
    }

    public static IQueryable<QuickTask> Sort(IQueryable<QuickTask> tasks, bool? completed) =>
        completed is true
            ? tasks.OrderByDescending(t => t.CompletedAt).ThenByDescending(t => t.Id)
            : tasks
                .OrderBy(t => t.CompletedAt != null)
                .ThenBy(t => t.PriorityGroup)
                .ThenBy(t => t.DeadlineAt == null)
                .ThenBy(t => t.DeadlineAt)
                .ThenBy(t => t.Id);
}
