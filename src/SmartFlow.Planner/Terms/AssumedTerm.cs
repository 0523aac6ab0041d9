using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Events;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Terms;

/// <summary>
/// A term that was saved before anybody said when it begins is moved there. Courses keep their weeks; what has dates
/// (events, study blocks) keeps those, so that nothing that was planned for tomorrow turns into the past.
/// </summary>
internal static class AssumedTerm
{
    /// <param name="db">Of the write.</param>
    /// <param name="term">Tracked.</param>
    /// <param name="date">In its first week.</param>
    /// <param name="cancellationToken">Before the write ends.</param>
    /// <exception cref="RefusedException">conflict: something would lie outside the term.</exception>
    public static async Task BeginAsync(PlannerDb db, Term term, DateOnly date, CancellationToken cancellationToken)
    {
        term.IsAssumed = false;
        var earlier = (term.FirstMonday.DayNumber - DefaultTerm.Monday(date).DayNumber) / 7;
        if (earlier == 0)
            return;
        var dates = new EventDates(term);
        DefaultTerm.Begin(term, date);
        await dates.KeepAsync(db, term, cut: true, cancellationToken);
        await TermDates.RefuseOverlapAsync(db, term, cancellationToken);
        await KeepBlocksAsync(db, term, earlier, cancellationToken);
    }

    /// <summary>A block within a course goes where the course goes.</summary>
    private static async Task KeepBlocksAsync(PlannerDb db, Term term, int earlier, CancellationToken cancellationToken)
    {
        var blocks = await db
            .Placements.Where(p => p.UserId == term.UserId && p.TermId == term.Id && p.ArrangementId == null)
            .ToListAsync(cancellationToken);
        if (blocks.Exists(p => p.Week + earlier < 1 || p.Week + earlier > term.Weeks))
            throw new RefusedException(
                ErrorCodes.Conflict,
                "The term would lose days on which study is planned. Take those blocks out of the week first.",
                extensions: new Dictionary<string, object?> { ["rule"] = "term_room" }
            );
        foreach (var block in blocks)
            block.Week += earlier;
        // They name weeks of the term as it was assumed.
        await db
            .ScheduleChanges.Where(c => c.UserId == term.UserId && c.TermId == term.Id)
            .ExecuteDeleteAsync(cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
    }
}
