using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Tells clients that the database is out of reach while it is silent, though what asked it still waits: its statement
/// ends long after the client has gone, and its connection is nobody else's until then.
/// </summary>
public static class SilenceAnswers
{
    /// <summary>This request waits for something else than the database, and gives up on that by itself.</summary>
    public static void LeaveAlone(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Features.Set(new LeftAlone());
    }

    internal static Task InvokeAsync(HttpContext context, RequestDelegate next, ServerSilence silence)
    {
        if (!context.Request.Path.StartsWithSegments("/api") && !context.Request.Path.StartsWithSegments("/v1"))
            return next(context);
        if (silence.IsSilent)
            return Refusals.WriteAsync(context, silence.Refusal());
        // What wraps the answer on the way in must not catch the refusal.
        var wire = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var running = next(context);
        return running.IsCompleted ? running : WaitAsync(context, running, wire, silence);
    }

    private static async Task WaitAsync(
        HttpContext context,
        Task running,
        IHttpResponseBodyFeature wire,
        ServerSilence silence
    )
    {
        if (
            await silence.EndsFirstAsync(running)
            || context.Features.Get<LeftAlone>() is not null
            || context.Response.HasStarted
        )
        {
            await running;
            return;
        }
        context.Features.Set(wire);
        context.Response.Clear();
        // The connection is ours until the statement has ended.
        context.Response.Headers.Connection = "close";
        await Refusals.WriteAsync(context, silence.Refusal());
        await context.Response.CompleteAsync();
        // Nothing new is begun for a client that has been refused.
        context.RequestAborted = new CancellationToken(canceled: true);
        try
        {
            await running;
        }
        catch (Exception)
        {
            // The client has been told.
        }
    }

    private sealed class LeftAlone;
}
