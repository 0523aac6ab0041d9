using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Terms;

/// <summary>Every change of what stands in a term goes through here, so that its version rises with it.</summary>
internal sealed class TermWriter(IWriter<PlannerDb> writer, TimeProvider clock, IOptions<PlannerOptions> options)
{
    private const int Attempts = 5;

    /// <summary>
    /// Runs the work on the user's current term, which is made from the default where there is none, raises its version and
    /// commits both. The work may run again, when another writer was first; it need not save.
    /// </summary>
    /// <exception cref="RefusedException">What the work refuses; conflict when others kept being first.</exception>
    public async Task<T> ChangeAsync<T>(
        ulong userId, Func<PlannerDb, Term, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await writer.WriteAsync((db, token) => ChangeAsync(db, userId, work, token), cancellationToken);
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
                // PostgreSQL: somebody raised the version, or saved the first term, between our look and our write.
            }
            catch (DbUpdateConcurrencyException)
            {
                throw new RefusedException(ErrorCodes.Conflict, "The timetable was changed meanwhile. Read it again and repeat the change.");
            }
    }

    /// <summary>The user's current term as the database has it; null: none is saved yet.</summary>
    public static Task<Term?> FindAsync(PlannerDb db, ulong userId, CancellationToken cancellationToken) =>
        db.Terms.FirstOrDefaultAsync(t => t.UserId == userId && t.IsCurrent, cancellationToken);

    /// <summary>The same, or the default, which has id 0.</summary>
    public async Task<Term> ReadAsync(PlannerDb db, ulong userId, CancellationToken cancellationToken) =>
        await db.Terms.AsNoTracking().FirstOrDefaultAsync(t => t.UserId == userId && t.IsCurrent, cancellationToken) ?? Default(userId);

    private async Task<T> ChangeAsync<T>(
        PlannerDb db, ulong userId, Func<PlannerDb, Term, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        var term = await FindAsync(db, userId, cancellationToken);
        if (term is null)
        {
            // Saved at once, because what stands in a term refers to its id.
            db.Terms.Add(term = Default(userId));
            await db.SaveChangesAsync(cancellationToken);
        }
        var result = await work(db, term, cancellationToken);
        term.Touch(clock.MicrosNow());
        await db.SaveChangesAsync(cancellationToken);
        return result;
    }

    private Term Default(ulong userId) => DefaultTerm.For(userId, options.Value.TimeZone, clock.MicrosNow());
}
