using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace SmartFlow.Platform.Web;

/// <summary>
/// The requests of signed-in users that run in this process, so that those of somebody who was stopped end at once.
/// </summary>
public sealed class RunningRequests
{
    private readonly ConcurrentDictionary<Running, byte> running = new();
    private readonly ConcurrentDictionary<ulong, byte> stopped = new();

    /// <summary>Breaks off what the user has running, and what was let in just before and has not begun.</summary>
    public void Stop(ulong userId)
    {
        stopped[userId] = 0;
        BreakOff(userId);
        Stopped?.Invoke(userId);
    }

    /// <summary>
    /// Breaks off what else the user has running: for the request that ends their access itself, and after which
    /// nothing is let in.
    /// </summary>
    public void StopOthers(HttpContext own)
    {
        ArgumentNullException.ThrowIfNull(own);
        var user = own.User.UserId();
        foreach (var (request, _) in running)
            if (request.UserId == user && !request.Is(own))
                request.BreakOff();
        Stopped?.Invoke(user);
    }

    /// <summary>Tells the other processes.</summary>
    internal Action<ulong>? Stopped { get; set; }

    /// <summary>
    /// What runs here only. Nothing is kept of it, so that nobody has to hear that the user may ask again.
    /// </summary>
    internal void BreakOff(ulong userId)
    {
        foreach (var (request, _) in running)
            if (request.UserId == userId)
                request.BreakOff();
    }

    /// <summary>The user may ask again.</summary>
    public void Resume(ulong userId) => stopped.TryRemove(userId, out _);

    /// <summary>After authorization, which knows users of every scheme.</summary>
    internal async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.User.Identity?.IsAuthenticated != true)
        {
            await next(context);
            return;
        }
        var request = new Running(context, context.User.UserId());
        running[request] = 0;
        try
        {
            if (stopped.ContainsKey(request.UserId))
                request.BreakOff();
            else
                await next(context);
        }
        finally
        {
            request.End();
            running.TryRemove(request, out _);
        }
    }

    private sealed class Running(HttpContext context, ulong userId)
    {
        private readonly Lock gate = new();
        private bool ended;

        public ulong UserId => userId;

        public bool Is(HttpContext other) => ReferenceEquals(context, other);

        public void BreakOff()
        {
            // The server uses a context again for the next request, which may be somebody else's.
            lock (gate)
                if (!ended)
                    context.Abort();
        }

        public void End()
        {
            lock (gate)
                ended = true;
        }
    }
}
