using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Operations;

/// <summary>
/// Refunds and re-ratings look at what a call costs and then book by it: one at a time, in this process by a semaphore
/// and between processes by a lock of the database, which ends with its connection.
/// </summary>
internal sealed class CorrectionGate(IServiceProvider services, ServerSilence silence, IOptions<DataOptions> options)
    : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    public async Task<IAsyncDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            return new Entered(
                one,
                options.Value.UsesPostgres
                    ? await silence.GiveUpAsync(() => LockAsync(cancellationToken), DropAsync)
                    : null
            );
        }
        catch
        {
            one.Release();
            throw;
        }
    }

    public void Dispose() => one.Dispose();

    private async Task<NpgsqlConnection> LockAsync(CancellationToken cancellationToken)
    {
        var connection = await services
            .GetRequiredKeyedService<NpgsqlDataSource>(typeof(TokenStoreDb))
            .OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.BeginTransactionAsync(cancellationToken);
            await using var command = new NpgsqlCommand(
                $"SELECT pg_advisory_xact_lock({AdvisoryLocks.Corrections})",
                connection
            );
            await command.ExecuteNonQueryAsync(cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Nobody waits for it any more.</summary>
    private static async Task DropAsync(Task<NpgsqlConnection> late)
    {
        try
        {
            await (await late).DisposeAsync();
        }
        catch (Exception)
        {
            // It was not opened or has broken: the lock is not held.
        }
    }

    /// <summary>The transaction wrote nothing; closing its connection ends it and gives the lock back.</summary>
    private sealed class Entered(SemaphoreSlim one, NpgsqlConnection? connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                if (connection is not null)
                    await connection.DisposeAsync();
            }
            finally
            {
                one.Release();
            }
        }
    }
}
