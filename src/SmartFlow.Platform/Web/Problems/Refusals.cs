using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>Writes a refusal as the answer of a request.</summary>
public static class Refusals
{
    private const string ProblemJson = "application/problem+json";

    /// <summary>
    /// Problem details (RFC 9457): type, title, status, detail, code, errors by field and the refusal's own members;
    /// or the shape that an <see cref="IErrorShape"/> gives to this path. The answer must not have begun.
    /// </summary>
    public static Task WriteAsync(HttpContext context, RefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(refusal);
        var response = context.Response;
        response.StatusCode = refusal.Code.HttpStatus;
        response.Headers.CacheControl = "no-store";
        // Without one some clients repeat at once.
        var wait = refusal.RetryAfter ?? (refusal.Code.HttpStatus is 429 or 503 ? TimeSpan.FromSeconds(1) : null);
        if (wait is { } time)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(time.TotalSeconds))
                .ToString(CultureInfo.InvariantCulture);
        if (refusal.Code == ErrorCodes.Unauthenticated)
            response.Headers.WWWAuthenticate = "Bearer";
        foreach (var shape in context.RequestServices.GetServices<IErrorShape>())
            if (context.Request.Path.StartsWithSegments(shape.Prefix))
                return shape.WriteAsync(context, refusal);
        response.ContentType = ProblemJson;
        return response.Body.WriteAsync(Document(refusal), context.RequestAborted).AsTask();
    }

    private static byte[] Document(RefusedException refusal)
    {
        var members = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = $"urn:smartflow:error:{refusal.Code.Code}",
            ["title"] = refusal.Code.Title,
            ["status"] = refusal.Code.HttpStatus,
            ["detail"] = refusal.Message,
            ["code"] = refusal.Code.Code,
        };
        if (refusal.Errors is { Count: > 0 } errors)
            members["errors"] = errors;
        foreach (var (name, value) in refusal.Extensions ?? new Dictionary<string, object?>())
            members.TryAdd(name, value);
        return JsonSerializer.SerializeToUtf8Bytes(members, WebJson.Options);
    }
}
