using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Outbox;

/// <summary>
/// Which of several hosts relays a module's outbox: on PostgreSQL the one whose session holds the module's advisory
/// lock, on SQLite the only one there is. The relay's statements run in that session, so that whoever has lost it
/// neither reads nor removes anything. The server ends a session that says nothing for <see cref="SilenceLimit"/>, as
/// that of a process that stands still or of a machine that is gone, and another host takes over. One that wakes up
/// after that may hand out once more what it had in its hands; consumers take a repeat for what it is, however late it
/// comes.
/// </summary>
internal sealed partial class OutboxLease<TDb>(
    IOptions<DataOptions> options,
    TimeProvider time,
    ILogger<OutboxLease<TDb>> logger
) : IAsyncDisposable
    where TDb : ModuleDb
{
    private const string TakeLock =
        "SELECT coalesce(pg_try_advisory_lock($1, current_schema()::text::regnamespace::oid::int), false)";

    /// <summary>After which the server gives the lease to somebody else.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(2);

    private readonly string name = ModuleDbNames.Of(typeof(TDb));
    private readonly bool usesPostgres = options.Value.UsesPostgres;
    private NpgsqlDataSource? sessions;
    private NpgsqlConnection? session;
    private bool taken;
    private long heardAt;

    /// <summary>As far as this process knows.</summary>
    public bool IsHeld => !usesPostgres || (taken && session is { State: System.Data.ConnectionState.Open });

    /// <summary>The session that holds the lease, for the relay's statements; PostgreSQL only.</summary>
    public NpgsqlConnection Session => session ?? throw new InvalidOperationException("The lease is not held.");

    /// <returns>It is held. False: another host holds it.</returns>
    public async Task<bool> TakeAsync(CancellationToken cancellationToken)
    {
        if (IsHeld)
            return true;
        if (session is not { State: System.Data.ConnectionState.Open })
        {
            await LeaveAsync();
            sessions ??= Open();
            session = await sessions.OpenConnectionAsync(cancellationToken);
        }
        await using var take = new NpgsqlCommand(TakeLock, session);
        take.Parameters.Add(new NpgsqlParameter { Value = AdvisoryLocks.Relays });
        taken = (bool)(await take.ExecuteScalarAsync(cancellationToken))!;
        heardAt = time.GetTimestamp();
        if (taken)
            Log.Taken(logger, name);
        return taken;
    }

    /// <summary>
    /// Runs work that only the holder may do, with signs of life meanwhile; it is cancelled where the lease is lost.
    /// </summary>
    /// <param name="work">Does not use the session.</param>
    /// <param name="cancellationToken">The program ends.</param>
    public async Task<T> HoldAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        if (!usesPostgres)
            return await work(cancellationToken);
        // One that stood still since it read may have lost it.
        if (time.GetElapsedTime(heardAt) > SignOfLife)
            await SayAsync(cancellationToken);
        using var held = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = work(held.Token);
        while (!await EndsAsync(running))
            try
            {
                await SayAsync(CancellationToken.None);
            }
            catch (Exception lost)
            {
                await held.CancelAsync();
                await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new LeaseLostException(name, lost);
            }
        return await running;
    }

    /// <summary>The server was heard in the session just now.</summary>
    public void Heard() => heardAt = time.GetTimestamp();

    /// <summary>
    /// Another host may take it at once. A session that has ended already, as in the middle of an answer, is no
    /// failure.
    /// </summary>
    public async ValueTask LeaveAsync()
    {
        taken = false;
        if (session is not { } left)
            return;
        session = null;
        try
        {
            await left.DisposeAsync();
        }
        catch (NpgsqlException e)
        {
            Log.Lost(logger, e, name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        if (sessions is not null)
            await sessions.DisposeAsync();
    }

    private static async Task<bool> EndsAsync(Task running)
    {
        await running.WaitAsync(SignOfLife).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return running.IsCompleted;
    }

    private async Task SayAsync(CancellationToken cancellationToken)
    {
        await using var word = new NpgsqlCommand("SELECT 1", Session);
        await word.ExecuteScalarAsync(cancellationToken);
        Heard();
    }

    /// <summary>
    /// A connection of its own that nobody else gets; it waits for a silent server less long than the server for it.
    /// </summary>
    private NpgsqlDataSource Open()
    {
        var limit = (int)SilenceLimit.TotalMilliseconds;
        var connection = new NpgsqlConnectionStringBuilder(options.Value.ConnectionString)
        {
            SearchPath = name,
            ApplicationName = "smartflow relay",
            Pooling = false,
            MaxAutoPrepare = 8,
            Timeout = 5,
            CommandTimeout = 8,
            CancellationTimeout = -1,
        };
        // The second is for a server that waits with an answer which nobody takes.
        connection.Options =
            $"-c idle_session_timeout={limit} -c tcp_user_timeout={limit} -c jit=off {connection.Options}".TrimEnd();
        return NpgsqlDataSource.Create(connection);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "This process relays the outbox of {Module}")]
        public static partial void Taken(ILogger logger, string module);

        [LoggerMessage(
            2,
            LogLevel.Information,
            "The session that relays the outbox of {Module} had ended before it was left"
        )]
        public static partial void Lost(ILogger logger, Exception exception, string module);
    }
}

/// <summary>Another host may relay by now.</summary>
internal sealed class LeaseLostException(string module, Exception inner)
    : Exception($"The session that relays the outbox of {module} has ended.", inner);
