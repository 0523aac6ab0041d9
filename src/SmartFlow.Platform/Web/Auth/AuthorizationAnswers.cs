using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>Turns a denial into the same refusals as everything else.</summary>
internal sealed class AuthorizationAnswers : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(
        RequestDelegate next,
        HttpContext context,
        AuthorizationPolicy policy,
        PolicyAuthorizationResult authorizeResult
    )
    {
        if (authorizeResult.Challenged)
            throw new RefusedException(ErrorCodes.Unauthenticated, Why(context));
        if (authorizeResult.Forbidden)
            throw new RefusedException(ErrorCodes.Forbidden, "Your account does not have the role that this needs.");
        ApiKeyScope.Check(context);
        return next(context);
    }

    private static string Why(HttpContext context) =>
        BearerText.Of(context.Request) switch
        {
            null => "Sign in, or send a token as Authorization: Bearer ….",
            var text when text.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal) =>
                "This API key is unknown, revoked, has ended or is not taken here: keys open /v1 and /mcp, everything else needs an access token.",
            _ => "The access token is not valid or has expired, or its session has ended: refresh it or sign in again.",
        };
}
