using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>
/// Who may ask: access tokens by header or cookie, API keys where a policy takes them, nobody by default.
/// </summary>
internal static class AuthRegistration
{
    public static void AddPlatformAuth(this IServiceCollection services)
    {
        services.AddOptions<AuthOptions>().BindConfiguration("Auth").ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton<AccessTokens>();
        services.AddSingleton<BadBearers>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AuthorizationAnswers>();
        // The core alone: AddAuthentication would also bring data protection, whose keys nobody here uses.
        services.AddAuthenticationCore(o => o.DefaultScheme = Schemes.SignedIn);
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddPolicyScheme(Schemes.SignedIn, null, o => o.ForwardDefaultSelector = c => Select(c, takesKeys: false))
            .AddPolicyScheme(Schemes.SignedInOrApiKey, null, o =>
                o.ForwardDefaultSelector = c => Select(c, takesKeys: true)
            )
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Schemes.ApiKey, null)
            .AddScheme<AuthenticationSchemeOptions, AccessTokenHandler>(Schemes.Bearer, null)
            .AddScheme<AuthenticationSchemeOptions, AccessTokenHandler>(Schemes.Cookie, null);
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Policies.Operator, p => p.RequireRole(CurrentUser.OperatorRole))
            .AddPolicy(Policies.OpenAiClient, p =>
                p.AddAuthenticationSchemes(Schemes.SignedInOrApiKey).RequireAuthenticatedUser()
            )
            .AddPolicy(Policies.ApiKey, p => p.AddAuthenticationSchemes(Schemes.ApiKey).RequireAuthenticatedUser())
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAssertion(SignedInOrNoRoute).Build());
    }

    /// <summary>Unknown addresses and wrong methods keep their own answer.</summary>
    private static bool SignedInOrNoRoute(AuthorizationHandlerContext context) =>
        context.User.Identity?.IsAuthenticated == true
        || context.Resource is HttpContext http && http.GetEndpoint() is not RouteEndpoint;

    private static string Select(HttpContext context, bool takesKeys)
    {
        if (takesKeys && ApiKeyText.Of(context.Request) is not null)
            return Schemes.ApiKey;
        if (BearerText.Of(context.Request) is not { } text)
            return
                context.Request.Headers.Authorization.Count == 0
                && context.Request.Cookies.ContainsKey(SessionCookies.Access(context.Request))
                ? Schemes.Cookie
                : Schemes.Bearer;
        return takesKeys && text.StartsWith(ApiKeys.Prefix, StringComparison.Ordinal) ? Schemes.ApiKey : Schemes.Bearer;
    }
}
