using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Writing;

/// <summary>Writes a minute for each user, in this process.</summary>
internal sealed class WritePace(IOptions<ForumOptions> options) : IDisposable
{
    private readonly Pace pace = new(options.Value.WritesPerMinute);

    /// <exception cref="RefusedException">rate_limited.</exception>
    public void Take(ulong userId)
    {
        if (pace.Take(userId, "Too many changes on the plaza; wait a moment.") is { } refused) throw refused;
    }

    public void Dispose() => pace.Dispose();

    /// <summary>For the group of routes that write.</summary>
    public static ValueTask<object?> FilterAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.RequestServices.GetRequiredService<WritePace>().Take(http.User.UserId());
        return next(context);
    }
}
