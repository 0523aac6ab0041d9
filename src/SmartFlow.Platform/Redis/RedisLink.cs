using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Platform.Web;
using StackExchange.Redis;

namespace SmartFlow.Platform.Redis;

/// <summary>What Redis said, or that it said nothing in time.</summary>
public readonly record struct RedisAnswer<T>(bool Came, T Value);

/// <summary>
/// The one connection to Redis. Every question is bounded in time, and after one without an answer Redis is left alone
/// for a pause, so that one which stands still costs a call a second its time-out and not each. Nothing here throws:
/// who gets no answer asks the database.
/// </summary>
internal sealed partial class RedisLink : IHostedService, IAsyncDisposable
{
    private readonly RedisOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<RedisLink> logger;
    private readonly TimeSpan timeout;
    private readonly long pause;
    private ConnectionMultiplexer? connection;

    // 0: it answers. Else when somebody asks it again.
    private long asksAgainAt;

    public RedisLink(IOptions<RedisOptions> options, IMeterFactory meters, TimeProvider time, ILogger<RedisLink> logger)
    {
        (this.options, this.time, this.logger) = (options.Value, time, logger);
        timeout = TimeSpan.FromMilliseconds(this.options.TimeoutMilliseconds);
        pause = this.options.PauseMilliseconds * time.TimestampFrequency / 1_000;
        meters
            .SmartFlow()
            .CreateObservableGauge(
                "smartflow.redis.away",
                () => IsAway ? 1 : 0,
                description: "1: Redis does not answer"
            );
    }

    /// <summary>Told on each new connection: what was said meanwhile was missed.</summary>
    public event Action? Connected;

    public bool IsAway => Volatile.Read(ref asksAgainAt) != 0 || connection?.IsConnected != true;

    public RedisKey Key(string name) => options.KeyPrefix + name;

    public RedisChannel Channel(string name) => RedisChannel.Literal(options.KeyPrefix + name);

    /// <summary>Connects before anything is served. A server that is away is tried again in the background.</summary>
    /// <exception cref="SetupException">It is there and does not let us in.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            connection = await ConnectionMultiplexer.ConnectAsync(options.ToConnection(abort: true));
        }
        catch (RedisConnectionException e) when (IsRefusal(e))
        {
            throw new SetupException(
                $"Redis at {Servers} does not let us in. Set user, password and ssl in {RedisOptions.ConfigurationKey}, or leave it empty."
            );
        }
        catch (RedisConnectionException)
        {
            Log.NotThere(logger, Servers);
            connection = await ConnectionMultiplexer.ConnectAsync(options.ToConnection(abort: false));
        }
        connection.ConnectionRestored += (_, _) => Connected?.Invoke();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <param name="ask">Begins one command.</param>
    public async ValueTask<RedisAnswer<T>> AskAsync<T>(Func<IDatabase, Task<T>> ask)
    {
        if (connection is not { } link || !MayAsk())
            return default;
        Task<T>? asked = null;
        try
        {
            asked = ask(link.GetDatabase());
            var value = await asked.WaitAsync(timeout, time);
            if (Interlocked.Exchange(ref asksAgainAt, 0) != 0)
                Log.Answers(logger);
            return new(true, value);
        }
        catch (Exception e)
            when (e is RedisException or RedisCommandException or TimeoutException or ObjectDisposedException)
        {
            // It may fail later still, and nobody looks at it then.
            _ = asked?.ContinueWith(
                t => t.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default
            );
            if (Interlocked.Exchange(ref asksAgainAt, time.GetTimestamp() + pause) == 0)
                Log.Away(logger, e.GetType().Name);
            return default;
        }
    }

    /// <summary>A script that the server may have forgotten.</summary>
    public ValueTask<RedisAnswer<RedisResult>> RunAsync(string script, RedisKey[] keys, RedisValue[] values) =>
        AskAsync(async database =>
        {
            try
            {
                return await database.ScriptEvaluateAsync(script, keys, values);
            }
            catch (RedisServerException e) when (e.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                return await database.ScriptEvaluateAsync(script, keys, values, CommandFlags.NoScriptCache);
            }
        });

    /// <summary>Messages on the channel from now on, also over connections that break; false: not yet.</summary>
    public async Task<bool> SubscribeAsync(RedisChannel channel, Action<string> handle)
    {
        if (connection is not { } link)
            return false;
        try
        {
            await link.GetSubscriber().SubscribeAsync(channel, (_, message) => handle(message.ToString()));
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (connection is not null)
            await connection.DisposeAsync();
    }

    private string Servers => string.Join(", ", options.ToConnection(abort: true).EndPoints.Select(Name));

    private static string Name(EndPoint server) =>
        server is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : server.ToString() ?? "";

    private static bool IsRefusal(RedisConnectionException e) =>
        e.FailureType is ConnectionFailureType.AuthenticationFailure
        || (e.InnerException is RedisConnectionException inner && IsRefusal(inner))
        // A refused password may come as "unable to connect", which only its text tells from a server that is not
        // there.
        || e.Message.Contains("authentication failure", StringComparison.OrdinalIgnoreCase);

    /// <summary>During a pause nobody; after it the first who comes, for everybody.</summary>
    private bool MayAsk()
    {
        var at = Volatile.Read(ref asksAgainAt);
        if (at == 0)
            return true;
        var now = time.GetTimestamp();
        return now >= at && Interlocked.CompareExchange(ref asksAgainAt, now + pause, at) == at;
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "Redis at {Servers} is not there; the database is asked instead. If this is wrong, set "
                + RedisOptions.ConfigurationKey
        )]
        public static partial void NotThere(ILogger logger, string servers);

        [LoggerMessage(
            2,
            LogLevel.Warning,
            "Redis does not answer ({Reason}); the database is asked instead until it does"
        )]
        public static partial void Away(ILogger logger, string reason);

        [LoggerMessage(3, LogLevel.Information, "Redis answers again")]
        public static partial void Answers(ILogger logger);
    }
}
