using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>
/// HEAD works wherever GET does (RFC 9110, 9.3.2), for routes that were mapped for GET alone: it is routed as one, and
/// the server leaves the body out. A stream of events has no end to wait for.
/// </summary>
internal static class HeadRequests
{
    /// <summary>Around the routing.</summary>
    public static void UseRoutingWithHead(this WebApplication app)
    {
        app.Use(next =>
            context =>
            {
                if (!HttpMethods.IsHead(context.Request.Method))
                    return next(context);
                context.Features.Set(WasHead.Instance);
                context.Request.Method = HttpMethods.Get;
                return next(context);
            }
        );
        app.UseRouting();
        app.Use(next =>
            context =>
            {
                if (context.Features.Get<WasHead>() is null)
                    return next(context);
                context.Request.Method = HttpMethods.Head;
                return IsStream(context.GetEndpoint())
                    ? throw new RefusedException(
                        ErrorCodes.MethodNotAllowed,
                        "HEAD is not offered for a stream of events."
                    )
                    : next(context);
            }
        );
    }

    private sealed class WasHead
    {
        public static readonly WasHead Instance = new();
    }

    private static bool IsStream(Endpoint? endpoint) =>
        endpoint
            ?.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>()
            .Any(p => p.ContentTypes.Contains("text/event-stream")) == true;
}
