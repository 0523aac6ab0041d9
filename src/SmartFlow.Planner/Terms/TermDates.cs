using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Terms;

/// <summary>A day belongs to one term of its owner at most.</summary>
internal static class TermDates
{
    /// <exception cref="RefusedException">conflict naming the field and the other term.</exception>
    public static async Task RefuseOverlapAsync(PlannerDb db, Term term, CancellationToken cancellationToken)
    {
        var (userId, id, last) = (term.UserId, term.Id, term.LastDay);
        var earlier = await db
            .Terms.AsNoTracking()
            .Where(t => t.UserId == userId && t.Id != id && t.FirstMonday <= last)
            .OrderByDescending(t => t.FirstMonday)
            .FirstOrDefaultAsync(cancellationToken);
        if (earlier is null || earlier.LastDay < term.FirstMonday)
            return;
        var field = term.FirstMonday < earlier.FirstMonday ? "weeks" : "first_monday";
        var reason = string.Create(
            CultureInfo.InvariantCulture,
            $"overlaps “{earlier.Name}”, {earlier.FirstMonday:yyyy-MM-dd} to {earlier.LastDay:yyyy-MM-dd}"
        );
        throw new RefusedException(
            ErrorCodes.Conflict,
            $"The term {reason}. A day belongs to one term.",
            new Dictionary<string, string[]> { [field] = [reason] },
            new Dictionary<string, object?>
            {
                ["rule"] = "term_overlap",
                ["term_id"] = earlier.Id,
                ["other"] = earlier.Name,
                ["from"] = earlier.FirstMonday,
                ["to"] = earlier.LastDay,
            }
        );
    }
}
