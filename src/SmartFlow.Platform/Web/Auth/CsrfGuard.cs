using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>
/// A request that is known by the session cookie and changes something must carry the session's CSRF token in a header
/// as well as in the cookie (double submit): another site can send the cookies, but neither read nor forge the header.
/// </summary>
public static class CsrfGuard
{
    /// <exception cref="RefusedException">csrf_failed: header and cookie are not both the session's token.</exception>
    public static void Check(HttpContext context, AccessTokens tokens, string sessionId)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(tokens);
        var (header, cookie) = (
            context.Request.Headers[SessionCookies.CsrfHeader],
            context.Request.Cookies[SessionCookies.Csrf(context.Request)]
        );
        if (!tokens.CsrfMatches(sessionId, header, cookie))
            throw new RefusedException(
                ErrorCodes.CsrfFailed,
                $"Send the value of the cookie {SessionCookies.Csrf(context.Request)} in the header {SessionCookies.CsrfHeader}, or a bearer token."
            );
    }

    internal static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (
            context.User.Identity?.AuthenticationType == Schemes.Cookie
            && !IsSafe(context.Request.Method)
            && context.GetEndpoint()?.Metadata.GetMetadata<ChecksCsrfItself>() is null
        )
            Check(context, context.RequestServices.GetRequiredService<AccessTokens>(), context.User.SessionId());
        return next(context);
    }

    private static bool IsSafe(string method) =>
        HttpMethods.IsGet(method)
        || HttpMethods.IsHead(method)
        || HttpMethods.IsOptions(method)
        || HttpMethods.IsTrace(method);
}

/// <summary>
/// On routes that begin or end a session: they do not act in the name of the cookie, or check it themselves.
/// </summary>
public sealed class ChecksCsrfItself;
