using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Fallback;

/// <summary>
/// POST /api/v1/agent/chat where the agent is another process: handed on to it as long as it says that it is ready,
/// else answered here with plain chat (<see cref="PlainChat"/>). Which of the two is decided before anything is sent,
/// by <see cref="AgentHealth"/>: what was handed on is the agent's, whatever becomes of it. Refusals: those of the
/// agent; unavailable with Retry-After where it went away in between.
/// </summary>
internal sealed class FrontChat(AgentLink link, AgentHealth health, PlainChat plain)
{
    public const string Path = "/api/v1/agent/chat";

    /// <summary>More than the agent's longest message takes, escaped.</summary>
    private const int BodyMax = 128 * 1024;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>What the agent needs of a request; who asks is said by the token alone.</summary>
    private static readonly string[] Forwarded = ["Idempotency-Key", "X-Idempotency-Key", "Accept-Language"];

    private static readonly string[] Returned =
    [
        "Content-Type",
        "X-Conversation-ID",
        "Cache-Control",
        "X-Accel-Buffering",
        "Retry-After",
        "x-should-retry",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<AgentLink>().IsSet)
            return;
        routes
            .MapPost(Path, (HttpContext context, FrontChat front) => front.HandleAsync(context))
            // Said here, so that it counts among the streams that a user may have open.
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .RequireAuthorization()
            .RequireFeature(Feature.Agent)
            .ExcludeFromDescription();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request);
        if (health.IsUp)
            await HandOnAsync(context, body);
        else
            await plain.AnswerAsync(context, body);
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request)
    {
        var body = new byte[BodyMax + 1];
        var length = await request.Body.ReadAtLeastAsync(
            body,
            body.Length,
            throwOnEndOfStream: false,
            request.HttpContext.RequestAborted
        );
        return length <= BodyMax
            ? body[..length]
            : throw new RefusedException(ErrorCodes.PayloadTooLarge, $"A message has at most {BodyMax} bytes.");
    }

    private async Task HandOnAsync(HttpContext context, byte[] body)
    {
        using var request = RequestOf(context, body);
        using var answer = await SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var name in Returned)
            if (
                answer.Headers.TryGetValues(name, out var values)
                || answer.Content.Headers.TryGetValues(name, out values)
            )
                context.Response.Headers[name] = values.ToArray();
        await using var stream = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var piece = new byte[16 * 1024];
        try
        {
            for (int read; (read = await stream.ReadAsync(piece, context.RequestAborted)) > 0; )
            {
                await context.Response.Body.WriteAsync(piece.AsMemory(0, read), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The client resumes at the agent, when it is back.
            context.Abort();
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await link.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            await health.LookUnlessLookingAsync(cancellationToken);
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "The assistant went away just now. Send it again.",
                retryAfter: Soon
            );
        }
    }

    private HttpRequestMessage RequestOf(HttpContext context, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, link.AddressOf(Path))
        {
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        foreach (var name in Forwarded)
            if (context.Request.Headers.TryGetValue(name, out var value))
                request.Headers.TryAddWithoutValidation(name, value.ToArray());
        // A cookie was held against its CSRF token here; the agent gets the token that stands in it.
        var token = context.Request.Headers.Authorization.FirstOrDefault()
            ?? "Bearer " + context.Request.Cookies[SessionCookies.Access(context.Request)];
        request.Headers.TryAddWithoutValidation("Authorization", token);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", context.Connection.RemoteIpAddress?.ToString());
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        return request;
    }
}
