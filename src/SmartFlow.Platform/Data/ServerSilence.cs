using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Data;

/// <summary>
/// Notices a PostgreSQL server that takes what is sent to it and says nothing, as one whose machine hangs. A statement
/// that is cancelled there is waited for longer still (its time-out and two for the connection), so whoever waits gives
/// up by itself while the statement goes on: nobody knows whether it will have been done, as after a lost connection. A
/// slow statement is not silence: it is told by a question of its own, on a connection of its own.
/// </summary>
public sealed partial class ServerSilence(
    IOptions<DataOptions> options,
    TimeProvider time,
    ILogger<ServerSilence> logger
) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(500);

    /// <summary>Counted in turns of this process, so that one which was itself suspended accuses nobody.</summary>
    private const int PatienceTurns = 6;

    private CancellationTokenSource heard = new();

    public bool IsSilent => Volatile.Read(ref heard).IsCancellationRequested;

    /// <summary>The result; or a refusal as soon as the server is silent, and the work goes on without us.</summary>
    /// <param name="work">Is not begun while the server is silent.</param>
    /// <param name="left">Looks after work that goes on: what it opened has to be closed.</param>
    /// <exception cref="RefusedException">unavailable.</exception>
    public Task<T> GiveUpAsync<T>(Func<Task<T>> work, Func<Task<T>, Task>? left = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        ThrowIfSilent();
        var running = work();
        return running.IsCompleted ? running : WaitAsync(running, left);
    }

    /// <summary>True: the work has ended, however. False: the server is silent, and the work goes on.</summary>
    public async Task<bool> EndsFirstAsync(Task work)
    {
        ArgumentNullException.ThrowIfNull(work);
        var silent = Volatile.Read(ref heard).Token;
        await work.WaitAsync(silent)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        return work.IsCompleted;
    }

    /// <exception cref="RefusedException">unavailable.</exception>
    public void ThrowIfSilent()
    {
        if (IsSilent)
            throw Refusal();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.UsesPostgres)
            return;
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(options.Value.ConnectionString)
            {
                Pooling = false,
                ApplicationName = "smartflow watch",
                Timeout = 5,
                CommandTimeout = 5,
                CancellationTimeout = -1,
            }
        );
        NpgsqlConnection? connection = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            var question = AskAsync(source, connection, stoppingToken);
            for (var turn = 1; !question.IsCompleted; turn++)
            {
                await Task.WhenAny(question, Task.Delay(Period, time, stoppingToken));
                if (turn == PatienceTurns && !question.IsCompleted && !stoppingToken.IsCancellationRequested)
                    Silent();
            }
            (connection, var answered) = await question;
            if (answered)
                Heard();
            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        if (connection is not null)
            await connection.DisposeAsync();
    }

    /// <returns>The connection to go on with, and whether the server said anything, be it a refusal.</returns>
    private static async Task<(NpgsqlConnection? Connection, bool Answered)> AskAsync(
        NpgsqlDataSource source,
        NpgsqlConnection? connection,
        CancellationToken cancellationToken
    )
    {
        try
        {
            connection ??= await source.OpenConnectionAsync(cancellationToken);
            await using var question = new NpgsqlCommand("SELECT 1", connection);
            await question.ExecuteScalarAsync(cancellationToken);
            return (connection, true);
        }
        catch (Exception e)
        {
            if (connection is not null)
                await connection.DisposeAsync();
            return (null, e is not (TimeoutException or NpgsqlException { InnerException: TimeoutException }));
        }
    }

    private async Task<T> WaitAsync<T>(Task<T> running, Func<Task<T>, Task>? left)
    {
        var silence = Volatile.Read(ref heard).Token;
        try
        {
            return await running.WaitAsync(silence);
        }
        catch (OperationCanceledException e) when (e.CancellationToken == silence)
        {
            // Not on the thread that tells everybody.
            await Task.Yield();
            _ = left is not null ? left(running) : running.ContinueWith(t => t.Exception, TaskScheduler.Default);
            throw Refusal();
        }
    }

    private void Silent()
    {
        Log.Silent(logger);
        Volatile.Read(ref heard).Cancel();
    }

    private void Heard()
    {
        if (!IsSilent)
            return;
        Log.Heard(logger);
        Volatile.Write(ref heard, new CancellationTokenSource());
    }

    public RefusedException Refusal() =>
        new(
            ErrorCodes.Unavailable,
            "The database does not answer. Try again shortly.",
            retryAfter: TimeSpan.FromSeconds(5)
        );

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The database server does not answer; requests are refused until it does")]
        public static partial void Silent(ILogger logger);

        [LoggerMessage(2, LogLevel.Warning, "The database server answers again")]
        public static partial void Heard(ILogger logger);
    }
}
