using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Terms;

/// <summary>Every change of what stands in a term goes through here, so that its version rises with it.</summary>
internal sealed class TermWriter(IWriter<PlannerDb> writer, TimeProvider clock, IOptions<PlannerOptions> options)
{
    private const int Attempts = 5;

    /// <summary>
    /// Runs the work on the user's current term, which is made from the default where there is none, raises its version
    /// and commits both. The work may run again, when another writer was first; it need not save.
    /// </summary>
    /// <exception cref="RefusedException">What the work refuses; conflict when others kept being first.</exception>
    public Task<T> ChangeAsync<T>(
        ulong userId,
        Func<PlannerDb, Term, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => WriteAsync((db, token) => ChangeAsync(db, userId, null, work, token), cancellationToken);

    /// <summary>The same; a term that is made begins in the week of this date.</summary>
    public Task<T> ChangeAsync<T>(
        ulong userId,
        DateOnly begins,
        Func<PlannerDb, Term, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    ) => WriteAsync((db, token) => ChangeAsync(db, userId, begins, work, token), cancellationToken);

    /// <summary>Makes another term of the user the current one; the one before it stays as it is.</summary>
    /// <param name="userId">The owner.</param>
    /// <param name="find">The term, saved or new, from the current one: null where none is saved. It may run
    /// again.</param>
    /// <param name="cancellationToken">Before the write begins.</param>
    /// <exception cref="RefusedException">What find refuses; conflict when others kept being first.</exception>
    public Task<Term> MakeCurrentAsync(
        ulong userId,
        Func<PlannerDb, Term?, CancellationToken, Task<Term>> find,
        CancellationToken cancellationToken
    ) => WriteAsync((db, token) => MakeCurrentAsync(db, userId, find, token), cancellationToken);

    private async Task<T> WriteAsync<T>(
        Func<PlannerDb, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                return await writer.WriteAsync(work, cancellationToken);
            }
            catch (DbUpdateException) when (attempt < Attempts)
            {
                // PostgreSQL: somebody raised the version, or saved the first term, between our look and our write.
            }
            catch (DbUpdateConcurrencyException)
            {
                throw new RefusedException(
                    ErrorCodes.Conflict,
                    "The timetable was changed meanwhile. Read it again and repeat the change.",
                    extensions: new Dictionary<string, object?> { ["rule"] = "version" }
                );
            }
    }

    /// <summary>The user's current term as the database has it; null: none is saved yet.</summary>
    public static Task<Term?> FindAsync(PlannerDb db, ulong userId, CancellationToken cancellationToken) =>
        db.Terms.FirstOrDefaultAsync(t => t.UserId == userId && t.IsCurrent, cancellationToken);

    /// <summary>The same, or the default, which has id 0.</summary>
    public async Task<Term> ReadAsync(PlannerDb db, ulong userId, CancellationToken cancellationToken) =>
        await db.Terms.AsNoTracking().FirstOrDefaultAsync(t => t.UserId == userId && t.IsCurrent, cancellationToken)
        ?? Default(userId);

    private async Task<T> ChangeAsync<T>(
        PlannerDb db,
        ulong userId,
        DateOnly? begins,
        Func<PlannerDb, Term, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken
    )
    {
        var term = await FindAsync(db, userId, cancellationToken);
        if (term is null)
        {
            // Saved at once, because what stands in a term refers to its id.
            db.Terms.Add(term = Default(userId));
            term.IsAssumed = begins is null;
            if (begins is { } date)
                DefaultTerm.Begin(term, date);
            await db.SaveChangesAsync(cancellationToken);
        }
        var result = await work(db, term, cancellationToken);
        term.Touch(clock.MicrosNow());
        await db.SaveChangesAsync(cancellationToken);
        return result;
    }

    private async Task<Term> MakeCurrentAsync(
        PlannerDb db,
        ulong userId,
        Func<PlannerDb, Term?, CancellationToken, Task<Term>> find,
        CancellationToken cancellationToken
    )
    {
        var before = await FindAsync(db, userId, cancellationToken);
        var term = await find(db, before, cancellationToken);
        if (term == before)
            return term;
        var moved = before is null
            ? null
            : await Courses.MovedCourses.BeforeAsync(db, before, clock.GetUtcNow(), cancellationToken);
        if (before is not null)
        {
            // Saved first, because one term at a time may be the current one. Its previews are of no use from now on.
            before.IsCurrent = false;
            before.Touch(clock.MicrosNow());
            await db.SaveChangesAsync(cancellationToken);
        }
        if (term.Id == 0)
            db.Terms.Add(term);
        term.IsCurrent = true;
        await db.SaveChangesAsync(cancellationToken);
        if (moved is null)
            return term;
        await moved.TellAsync(db, term, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return term;
    }

    /// <summary>The term of a user who has saved none.</summary>
    public Term Default(ulong userId) => DefaultTerm.For(userId, options.Value.TimeZone, clock.MicrosNow());
}
