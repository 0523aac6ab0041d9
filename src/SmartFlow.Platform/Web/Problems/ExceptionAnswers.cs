using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>Answers what an endpoint throws: refusals as they are, everything else without its internals.</summary>
internal sealed class ExceptionAnswers(ILogger<ExceptionAnswers> logger) : IExceptionHandler
{
    private const int ClientClosedRequest = 499;

    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext,
        Exception exception,
        CancellationToken cancellationToken
    )
    {
        if (httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = ClientClosedRequest;
            return true;
        }
        await Refusals.WriteAsync(httpContext, await RefusalAsync(httpContext, exception));
        return true;
    }

    private async Task<RefusedException> RefusalAsync(HttpContext context, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException bad:
                return await BadRequests.RefusalAsync(bad, context);
            case var e when DatabaseFailures.RefusalOf(e) is { } refusal:
                if (e is not RefusedException)
                    logger.OutOfReach(e, context.Request.Method, context.Request.Path, context.TraceIdentifier);
                return refusal;
            default:
                logger.Failed(exception, context.Request.Method, context.Request.Path, context.TraceIdentifier);
                return new RefusedException(
                    ErrorCodes.Internal,
                    "The request failed on our side. The id of the request finds the reason in the log.",
                    extensions: new Dictionary<string, object?> { ["request_id"] = context.TraceIdentifier }
                );
        }
    }
}

internal static partial class ExceptionAnswersLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Method} {Path} met a database out of reach (request {RequestId})"
    )]
    public static partial void OutOfReach(
        this ILogger logger,
        Exception exception,
        string method,
        string path,
        string requestId
    );

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed (request {RequestId})")]
    public static partial void Failed(
        this ILogger logger,
        Exception exception,
        string method,
        string path,
        string requestId
    );
}
