using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Forum.Authors;

internal static class Reader
{
    /// <summary>Who reads; 0 where nobody is signed in, which reading does not need.</summary>
    public static ulong Of(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? user.UserId() : 0;

    /// <summary>
    /// Before what strangers may read, too. A browser drops the access cookie that ran out and keeps the session's
    /// other one: that reader is told to refresh, because a stranger's answer would not know their likes and their own
    /// posts.
    /// </summary>
    /// <exception cref="RefusedException">unauthenticated.</exception>
    public static ValueTask<object?> KnowAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (
            http.User.Identity?.IsAuthenticated != true
            && http.Request.Cookies.ContainsKey(SessionCookies.Csrf(http.Request))
        )
            throw new RefusedException(
                ErrorCodes.Unauthenticated,
                "The access token has expired: refresh it or sign in again."
            );
        return next(context);
    }
}
