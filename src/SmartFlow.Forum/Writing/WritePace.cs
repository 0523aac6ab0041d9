using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Writing;

/// <summary>Writes a minute for each user.</summary>
internal sealed class WritePace(IOptions<ForumOptions> options, ISharedCounts shared) : IDisposable
{
    private readonly Pace pace = new("plaza-writes", shared, options.Value.WritesPerMinute);

    /// <exception cref="RefusedException">rate_limited.</exception>
    public async ValueTask TakeAsync(ulong userId)
    {
        if (await pace.TakeAsync(userId, "Too many changes on the plaza; wait a moment.") is { } refused)
            throw refused;
    }

    public void Dispose() => pace.Dispose();

    /// <summary>For the group of routes that write.</summary>
    public static async ValueTask<object?> FilterAsync(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var http = context.HttpContext;
        await http.RequestServices.GetRequiredService<WritePace>().TakeAsync(http.User.UserId());
        return await next(context);
    }
}
