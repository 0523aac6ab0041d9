using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>
/// Keys and tokens that are not valid: anybody can send them, so they are counted and not logged one by one.
/// </summary>
internal sealed partial class BadBearers(TimeProvider time, ILogger<BadBearers> logger)
{
    private readonly Tally tally = new(time);

    public AuthenticateResult Refuse(string why)
    {
        if (tally.Add() is > 0 and var count)
            Log.Came(logger, count);
        return AuthenticateResult.Fail(why);
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "{Count} requests came with a key or token that is unknown, revoked or has ended"
        )]
        public static partial void Came(ILogger logger, long count);
    }
}
