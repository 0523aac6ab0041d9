using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Streams of events that one user, and one network, may have open below /api. Those below /v1 are calls, whose number
/// has a limit of its own.
/// </summary>
internal sealed class OpenStreams(IOptions<WebOptions> options)
{
    private const string EventStream = "text/event-stream";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private readonly Places<ulong> users = new(options.Value.MaxStreamsPerUser);
    private readonly Places<Network> networks = new(options.Value.MaxStreamsPerAddress);

    /// <summary>After the user is known.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && Streams(context.GetEndpoint())
            ? HoldAsync(context, next)
            : next(context);

    private async Task HoldAsync(HttpContext context, RequestDelegate next)
    {
        var (user, network) = (context.User.UserId(), Network.Of(context.Connection.RemoteIpAddress));
        if (!users.TryEnter(user))
            throw Full("Too many streams of yours are open; close some.");
        try
        {
            if (!networks.TryEnter(network))
                throw Full("Too many streams are open from here; close some.");
            try
            {
                await next(context);
            }
            finally
            {
                networks.Leave(network);
            }
        }
        finally
        {
            users.Leave(user);
        }
    }

    private static bool Streams(Endpoint? endpoint) =>
        endpoint
            ?.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Any(p => p.ContentTypes.Contains(EventStream)) == true;

    private static RefusedException Full(string detail) => new(ErrorCodes.RateLimited, detail, retryAfter: Soon);
}
