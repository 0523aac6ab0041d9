using Microsoft.AspNetCore.Http;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Ends an answer that has begun so that nobody takes it for whole: everything written arrives, then the connection
/// closes without the final chunk (HTTP/1.1) or the stream is reset (HTTP/2). A server does that only for an exception;
/// aborting the request instead may lose what was written last.
/// </summary>
public static class BrokenAnswers
{
    /// <summary>From here on nothing more is written; the answer breaks off once the endpoint returns.</summary>
    public static void BreakOff(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Features.Set(Mark.Instance);
    }

    /// <summary>Outside of what answers exceptions.</summary>
    internal static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Features.Get<Mark>() is not null)
            throw new BrokenOffException();
    }

    private sealed class Mark
    {
        public static readonly Mark Instance = new();
    }

    private sealed class BrokenOffException() : Exception("The answer was broken off, as its last event says.");
}
