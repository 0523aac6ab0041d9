using Microsoft.AspNetCore.Http;

namespace SmartFlow.Platform.Web;

/// <summary>Headers of every answer: what the browser may do with it, and the id that finds the request in the log.</summary>
internal static class CommonHeaders
{
    public const string RequestId = "X-Request-ID";
    private const int RequestIdMaxLength = 128;

    private const string ContentSecurityPolicy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

    public static Task InvokeAsync(HttpContext context, RequestDelegate next, TimeProvider time)
    {
        var given = context.Request.Headers[RequestId].ToString();
        context.TraceIdentifier = IsUsable(given) ? given : Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        // Set late, because an error answer begins with a clean slate.
        context.Response.OnStarting(static state => Set((HttpContext)state), context);
        return next(context);
    }

    private static Task Set(HttpContext context)
    {
        var headers = context.Response.Headers;
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
        if (id.Length is 0 or > RequestIdMaxLength) return false;
        foreach (var c in id)
            if (c is < '!' or > '~') return false;
        return true;
    }
}
