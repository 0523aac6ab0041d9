using Microsoft.AspNetCore.Http;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>Names of authorization policies. An endpoint that names none needs a signed-in user.</summary>
public static class Policies
{
    /// <summary>A signed-in user or an API key, by <see cref="ApiKeyScopes.OpenToKeys"/>. </summary>
    public const string OpenAiClient = "openai-client";

    /// <summary>
    /// An API key and nothing else, by <see cref="ApiKeyScopes.OpenToKeysAlone"/>. No other policy takes API keys.
    /// </summary>
    public const string ApiKey = "api-key";

    /// <summary>The role operator: /api/v1/admin.</summary>
    public const string Operator = "operator";
}

/// <summary>Names of authentication schemes; which of them applies is read from the request.</summary>
internal static class Schemes
{
    public const string SignedIn = "signed-in";
    public const string SignedInOrApiKey = "signed-in-or-api-key";
    public const string Bearer = "bearer";
    public const string Cookie = "cookie";
    public const string ApiKey = "api-key";
}

/// <summary>
/// Cookies and headers of the web application's session. Over https the names begin with __Host-: browsers take such a
/// cookie only from this very host, over https and for all of it (RFC 6265bis), so no neighbour can plant one.
/// </summary>
public static class SessionCookies
{
    public const string CsrfHeader = "X-CSRF-Token";

    public static string Access(HttpRequest request) => Name(request, "sf_access");

    public static string Refresh(HttpRequest request) => Name(request, "sf_refresh");

    public static string Csrf(HttpRequest request) => Name(request, "sf_csrf");

    /// <summary>Where the refresh token is sent.</summary>
    public static string RefreshPath(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.IsHttps ? "/" : "/api/v1/auth";
    }

    private static string Name(HttpRequest request, string name)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.IsHttps ? "__Host-" + name : name;
    }
}
