using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

internal sealed record SessionUser(ulong UserId, string Username, IReadOnlyList<string> Roles);

/// <summary>
/// What sign-up, sign-in and refresh answer. The web application gets its tokens as cookies, not here.
/// </summary>
internal sealed record SessionAnswer(int ExpiresIn, string TokenType, SessionUser User)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AccessToken { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RefreshToken { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ulong? UserId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Username { get; init; }

    public override string ToString() => $"session of user {User.UserId}";
}

/// <summary>
/// Hands a session over: as JSON, or to a client that says <c>X-SmartFlow-Client: web</c> as cookies.
/// </summary>
internal sealed class SessionAnswers(AccessTokens tokens, TimeProvider time)
{
    private const string ClientHeader = "X-SmartFlow-Client";

    public static bool IsWeb(HttpRequest request) => request.Headers[ClientHeader] == "web";

    public SessionAnswer Give(HttpContext http, OpenedSession opened)
    {
        string[] roles = [.. opened.User.Roles.Select(r => r.Role).Order(StringComparer.Ordinal)];
        var user = new SessionUser((ulong)opened.User.Id, opened.User.Username, roles);
        var access = tokens.Issue(user.UserId, user.Username, roles, opened.Session.Id);
        var answer = new SessionAnswer((int)tokens.Lifetime.TotalSeconds, "Bearer", user);
        http.Response.Headers.CacheControl = "no-store";
        if (!IsWeb(http.Request))
            return answer with { AccessToken = access, RefreshToken = opened.RefreshToken };
        var (cookies, request, lifetime) = (
            http.Response.Cookies,
            http.Request,
            opened.Session.ExpiresAt - time.GetUtcNow()
        );
        cookies.Append(SessionCookies.Access(request), access, Cookie(http, "/", tokens.Lifetime));
        cookies.Append(
            SessionCookies.Refresh(request),
            opened.RefreshToken,
            Cookie(http, SessionCookies.RefreshPath(request), lifetime)
        );
        cookies.Append(
            SessionCookies.Csrf(request),
            tokens.CsrfToken(opened.Session.Id),
            Cookie(http, "/", lifetime, readable: true)
        );
        return answer;
    }

    public static void Clear(HttpContext http)
    {
        var (cookies, request) = (http.Response.Cookies, http.Request);
        cookies.Delete(SessionCookies.Access(request), Cookie(http, "/", null));
        cookies.Delete(SessionCookies.Refresh(request), Cookie(http, SessionCookies.RefreshPath(request), null));
        cookies.Delete(SessionCookies.Csrf(request), Cookie(http, "/", null, readable: true));
    }

    private static CookieOptions Cookie(HttpContext http, string path, TimeSpan? maxAge, bool readable = false) =>
        new()
        {
            Path = path,
            MaxAge = maxAge,
            HttpOnly = !readable,
            Secure = http.Request.IsHttps,
            SameSite = SameSiteMode.Lax,
            IsEssential = true,
        };
}
