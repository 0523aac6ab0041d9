using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Headers of every answer: what the browser may do with it, and the id that finds the request in the log.
/// </summary>
internal static class CommonHeaders
{
    public const string RequestId = "X-Request-ID";
    private const int RequestIdMaxLength = 128;

    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

    /// <param name="context">The request.</param>
    /// <param name="next">What answers it.</param>
    /// <param name="time">Of the request's id.</param>
    /// <param name="https">What answers over https say of https (RFC 6797); empty: nothing.</param>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next, TimeProvider time, string https)
    {
        var given = context.Request.Headers[RequestId].ToString();
        context.TraceIdentifier = IsUsable(given) ? given : Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        // Set late, because an error answer begins with a clean slate.
        context.Response.OnStarting(() => Set(context, https));
        return next(context);
    }

    /// <summary>From the settings.</summary>
    public static string Https(WebOptions options) =>
        options.HstsDays > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"max-age={TimeSpan.FromDays(options.HstsDays).TotalSeconds:0}"
            )
            : "";

    private static Task Set(HttpContext context, string https)
    {
        var headers = context.Response.Headers;
        // Whatever somebody is told because of who they are stays out of every cache.
        if (context.User.Identity?.IsAuthenticated == true)
            headers.CacheControl = "no-store";
        // A developer's localhost has other programs on other ports, which this would lock out.
        if (https.Length > 0 && context.Request.IsHttps && context.Request.Host.Host != "localhost")
            headers.StrictTransportSecurity = https;
        headers[RequestId] = context.TraceIdentifier;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers["Referrer-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), payment=()";
        return Task.CompletedTask;
    }

    private static bool IsUsable(string id)
    {
        if (id.Length is 0 or > RequestIdMaxLength)
            return false;
        foreach (var c in id)
            if (c is < '!' or > '~')
                return false;
        return true;
    }
}
