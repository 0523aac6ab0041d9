namespace SmartFlow.Platform.Web.Auth;

/// <summary>Names of authorization policies. An endpoint that names none needs a signed-in user.</summary>
public static class Policies
{
    /// <summary>A signed-in user or an API key, by <see cref="ApiKeyScopes.OpenToKeys"/>. The only policy that takes API keys.</summary>
    public const string OpenAiClient = "openai-client";

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

/// <summary>Cookies and headers of the web application's session.</summary>
public static class SessionCookies
{
    public const string Access = "sf_access";
    public const string Refresh = "sf_refresh";
    public const string Csrf = "sf_csrf";
    public const string CsrfHeader = "X-CSRF-Token";
    public const string RefreshPath = "/api/v1/auth";
}
