using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Planner.Schedule;

/// <summary>
/// The databases take a block away with the item or task that it is for. That changes the schedule: whoever deletes
/// says so first, in the same transaction, so that a browser or a preview that still shows the block is told.
/// </summary>
internal static class BlocksGone
{
    public static async Task RaiseVersionAsync(
        PlannerDb db,
        ulong userId,
        Expression<Func<Placement, bool>> which,
        CancellationToken cancellationToken
    )
    {
        var terms = db.Placements.Where(p => p.UserId == userId).Where(which).Select(p => p.TermId);
        await db
            .Terms.Where(t => t.UserId == userId && terms.Contains(t.Id))
            .ExecuteUpdateAsync(
                s => s.SetProperty(t => t.ScheduleVersion, t => t.ScheduleVersion + 1),
                cancellationToken
            );
    }
}
