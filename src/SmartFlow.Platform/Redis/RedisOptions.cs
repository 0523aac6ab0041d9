using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace SmartFlow.Platform.Redis;

/// <summary>
/// Section <c>Redis</c>: what several processes remember together. Never the authority, and never needed for a call.
/// </summary>
public sealed class RedisOptions
{
    internal const string ConfigurationKey = "Redis:Configuration";

    /// <summary>
    /// Where it is, as StackExchange.Redis reads it, e.g. <c>10.0.0.5:6379,password=…,ssl=true</c>. Empty: every
    /// process remembers for itself. It is never logged.
    /// </summary>
    public string Configuration { get; set; } = "";

    /// <summary>
    /// What the names of all our keys and channels begin with; another one for each installation that shares a server.
    /// </summary>
    [Required, StringLength(64)]
    public string KeyPrefix { get; set; } = "smartflow:";

    /// <summary>How long one question is waited for before the database is asked instead.</summary>
    [Range(5, 5_000)]
    public int TimeoutMilliseconds { get; set; } = 100;

    /// <summary>How long it is left alone after a question without an answer; then one asks again.</summary>
    [Range(50, 60_000)]
    public int PauseMilliseconds { get; set; } = 1_000;

    /// <summary>How long a connection is waited for.</summary>
    [Range(100, 30_000)]
    public int ConnectTimeoutMilliseconds { get; set; } = 2_000;

    /// <summary>How long a balance that does not change is remembered.</summary>
    [Range(1, 720)]
    public int SnapshotHours { get; set; } = 24;

    /// <summary>
    /// How long the answer to a request with an Idempotency-Key is found here before the database is asked for it. 0:
    /// never.
    /// </summary>
    [Range(0, 1_440)]
    public int AnswerMinutes { get; set; } = 10;

    /// <summary>With the bounds that hold whatever the text says.</summary>
    internal ConfigurationOptions ToConnection(bool abort)
    {
        var options = ConfigurationOptions.Parse(Configuration);
        options.ClientName ??= "smartflow";
        options.AbortOnConnectFail = abort;
        options.ConnectTimeout = ConnectTimeoutMilliseconds;
        options.ConnectRetry = 1;
        options.SyncTimeout = options.AsyncTimeout = Math.Max(1_000, TimeoutMilliseconds);
        // What cannot be asked now is asked of the database, not queued.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new LinearRetry(1_000);
        options.KeepAlive = 10;
        return options;
    }
}

/// <summary>The text is never repeated in what is said of it: it holds a password.</summary>
internal sealed class RedisOptionsCheck : IValidateOptions<RedisOptions>
{
    public ValidateOptionsResult Validate(string? name, RedisOptions options)
    {
        if (options.Configuration.Length == 0)
            return ValidateOptionsResult.Success;
        try
        {
            return options.ToConnection(abort: true).EndPoints.Count > 0
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    $"{RedisOptions.ConfigurationKey} names no server: host:port first, e.g. 127.0.0.1:6379,password=…"
                );
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return ValidateOptionsResult.Fail(
                $"{RedisOptions.ConfigurationKey} cannot be read: host:port and then name=value, all with commas between, e.g. 127.0.0.1:6379,password=…,ssl=true"
            );
        }
    }
}
