using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>
/// A body for the statuses that the framework answers without one: 404, 405, 413, 415 and their like.
/// </summary>
internal static class StatusAnswers
{
    public static Task AnswerAsync(StatusCodeContext status)
    {
        var context = status.HttpContext;
        return Of(context) is { } refusal ? Refusals.WriteAsync(context, refusal) : Task.CompletedTask;
    }

    private static RefusedException? Of(HttpContext context) =>
        context.Response.StatusCode switch
        {
            400 => BadParameters.Find(context, context.GetEndpoint()) is { } found
                ? RefusedException.Field(found.Field, found.Reason)
                : new(ErrorCodes.MalformedBody, "The request could not be read."),
            401 => new(ErrorCodes.Unauthenticated, "Sign in first."),
            403 => new(ErrorCodes.Forbidden, "You may not do this."),
            404 => new(ErrorCodes.NotFound, "There is nothing at this address."),
            405 => new(
                ErrorCodes.MethodNotAllowed,
                $"{context.Request.Method} is not offered here; the Allow header names what is."
            ),
            413 => new(ErrorCodes.PayloadTooLarge, "The body is larger than this route takes."),
            415 => new(ErrorCodes.UnsupportedMediaType, "Send the body as application/json."),
            429 => new(
                ErrorCodes.RateLimited,
                "Too many requests; wait a moment.",
                retryAfter: TimeSpan.FromSeconds(1)
            ),
            503 => new(
                ErrorCodes.Unavailable,
                "This part of the service is out of reach; try again.",
                retryAfter: TimeSpan.FromSeconds(1)
            ),
            _ => null,
        };
}
