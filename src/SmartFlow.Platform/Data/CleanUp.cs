using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Platform.Data;

/// <summary>
/// Deleting what is old: a batch a transaction, so that others write in between, for as long as batches come full.
/// </summary>
public static class CleanUp
{
    /// <summary>What one pass deletes at most, in batches; the next pass goes on.</summary>
    public const int BatchesMax = 1_000;

    /// <param name="batch">What a full batch is.</param>
    /// <param name="delete">Deletes so many, durably, and says how many.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>How many went in all.</returns>
    public static async Task<long> WhileFullAsync(
        int batch,
        Func<CancellationToken, Task<int>> delete,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(delete);
        var total = 0L;
        for (var i = 0; i < BatchesMax; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var deleted = await delete(cancellationToken);
            total += deleted;
            if (deleted < batch)
                break;
        }
        return total;
    }

    /// <summary>As above, of rows that have an index on their time.</summary>
    public static Task<long> DeleteOldestAsync<TDb, T>(
        this IWriter<TDb> writer,
        Func<TDb, IQueryable<T>> old,
        Expression<Func<T, DateTimeOffset>> time,
        int batch,
        CancellationToken cancellationToken
    )
        where TDb : ModuleDb
        where T : class
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(old);
        return WhileFullAsync(
            batch,
            stop => writer.WriteAsync((db, token) => old(db).DeleteOldestAsync(time, batch, token), stop),
            cancellationToken
        );
    }

    /// <summary>
    /// One batch, within a write: the oldest, up to the time of the last of them, so that nothing of the rows is read
    /// and the index finds them. Those of the very same time go with them.
    /// </summary>
    internal static async Task<int> DeleteOldestAsync<T>(
        this IQueryable<T> old,
        Expression<Func<T, DateTimeOffset>> time,
        int batch,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var orNull = Expression.Lambda<Func<T, DateTimeOffset?>>(
            Expression.Convert(time.Body, typeof(DateTimeOffset?)),
            time.Parameters
        );
        var last = await old.OrderBy(time).Skip(batch - 1).Select(orNull).FirstOrDefaultAsync(cancellationToken);
        if (last is not { } limit)
            return await old.ExecuteDeleteAsync(cancellationToken);
        // A member of an object, so that it is a parameter of the query and not another query each time.
        var value = Expression.Property(Expression.Constant(new Limit(limit)), nameof(Limit.Time));
        var some = Expression.Lambda<Func<T, bool>>(Expression.LessThanOrEqual(time.Body, value), time.Parameters);
        return await old.Where(some).ExecuteDeleteAsync(cancellationToken);
    }

    private sealed record Limit(DateTimeOffset Time);
}
