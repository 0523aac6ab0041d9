using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Mcp;

/// <summary>
/// Which web pages may ask. A name that is made to mean this machine (DNS rebinding) brings the page's own origin
/// along, so what the request says of its host is not believed: an origin is on the list, or page and server are both
/// of this machine by name.
/// </summary>
internal sealed class McpDoor(IOptions<McpOptions> options)
{
    private const string Headers =
        "authorization, content-type, accept, idempotency-key, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name, last-event-id";

    /// <exception cref="RefusedException">forbidden.</exception>
    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (Origin(http) is not { } origin)
            return next(http);
        Check(http, origin);
        Allow(http, origin);
        return next(http);
    }

    /// <summary>A browser asks before it sends the key.</summary>
    public Task Preflight(HttpContext http)
    {
        if (Origin(http) is { } origin)
        {
            Check(http, origin);
            Allow(http, origin);
            http.Response.Headers.AccessControlAllowMethods = "POST";
            http.Response.Headers.AccessControlAllowHeaders = Headers;
            http.Response.Headers.AccessControlMaxAge = "600";
        }
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private void Check(HttpContext http, string origin)
    {
        if (options.Value.Allows(origin) || (IsHere(origin) && IsLoopback(http.Request.Host.Host)))
            return;
        throw new RefusedException(
            ErrorCodes.Forbidden,
            "Pages of this origin may not ask here. The server's operator can add it to Agent:Mcp:AllowedOrigins."
        );
    }

    private static void Allow(HttpContext http, string origin)
    {
        http.Response.Headers.AccessControlAllowOrigin = origin;
        http.Response.Headers.AccessControlExposeHeaders =
            "mcp-session-id, mcp-protocol-version, www-authenticate, retry-after";
        http.Response.Headers.Append("Vary", "Origin");
    }

    private static string? Origin(HttpContext http) =>
        http.Request.Headers.Origin is { Count: > 0 } given ? given.ToString() : null;

    private static bool IsHere(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && IsLoopback(uri.Host);

    private static bool IsLoopback(string host) => host is "localhost" or "127.0.0.1" or "[::1]" or "::1";
}
