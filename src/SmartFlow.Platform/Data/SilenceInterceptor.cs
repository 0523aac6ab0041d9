using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace SmartFlow.Platform.Data;

/// <summary>
/// Lets what EF reads give up on a silent server. The connection of a statement that was given up is not touched by EF
/// again: it is closed once the statement has ended after all. Statements inside a transaction are the writer's to bound.
/// </summary>
internal sealed class SilenceInterceptor(ServerSilence silence) : IDbCommandInterceptor, IDbConnectionInterceptor
{
    private readonly ConcurrentDictionary<DbConnection, bool> left = new(ReferenceEqualityComparer.Instance);

    public async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default) =>
        command.Transaction is not null
            ? result
            : InterceptionResult<DbDataReader>.SuppressWithResult(
                await GiveUpAsync(command.Connection!, () => command.ExecuteReaderAsync(cancellationToken), r => r.DisposeAsync()));

    public async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default) =>
        command.Transaction is not null
            ? result
            : InterceptionResult<object>.SuppressWithResult(
                (await GiveUpAsync(command.Connection!, () => command.ExecuteScalarAsync(cancellationToken)))!);

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
        command.Transaction is not null
            ? result
            : InterceptionResult<int>.SuppressWithResult(
                await GiveUpAsync(command.Connection!, () => command.ExecuteNonQueryAsync(cancellationToken)));

    public async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await GiveUpAsync(connection, async () =>
        {
            await connection.OpenAsync(cancellationToken);
            return true;
        });
        return InterceptionResult.Suppress();
    }

    public ValueTask<InterceptionResult> ConnectionClosingAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => new(Unless(connection, result));

    public InterceptionResult ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
        Unless(connection, result);

    public ValueTask<InterceptionResult> ConnectionDisposingAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result) => new(Unless(connection, result));

    public InterceptionResult ConnectionDisposing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result) =>
        Unless(connection, result);

    private InterceptionResult Unless(DbConnection connection, InterceptionResult result) =>
        left.IsEmpty || !left.ContainsKey(connection) ? result : InterceptionResult.Suppress();

    private Task<T> GiveUpAsync<T>(DbConnection connection, Func<Task<T>> work, Func<T, ValueTask>? dispose = null)
    {
        // A pooled context may come by with a connection that is still being waited for.
        if (!left.IsEmpty && left.ContainsKey(connection)) throw silence.Refusal();
        return silence.GiveUpAsync(work, running =>
        {
            left[connection] = true;
            return CloseAsync(connection, running, dispose);
        });
    }

    private async Task CloseAsync<T>(DbConnection connection, Task<T> running, Func<T, ValueTask>? dispose)
    {
        try
        {
            var late = await running;
            if (dispose is not null) await dispose(late);
        }
        catch (Exception)
        {
            // Nobody asks any more; the connection is closed either way.
        }
        try
        {
            await connection.CloseAsync();
        }
        catch (Exception)
        {
            // It broke, which closes it too.
        }
        left.TryRemove(connection, out _);
    }
}
