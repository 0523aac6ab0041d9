using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Refusals below /v1 in OpenAI's shape: {"error":{message,type,param,code}} and the refusal's own members, e.g. what
/// is missing and what running calls hold.
/// </summary>
internal sealed class OpenAiErrors : IErrorShape
{
    public PathString Prefix => "/v1";

    public Task WriteAsync(HttpContext context, RefusedException refusal)
    {
        SayWhetherToRetry(context.Response, refusal);
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Write(refusal), context.RequestAborted).AsTask();
    }

    /// <summary>Official clients repeat every 409 and 429; only a running call and what passes within a minute are worth it.</summary>
    public static void SayWhetherToRetry(HttpResponse response, RefusedException refusal)
    {
        if (refusal.Code.HttpStatus == StatusCodes.Status409Conflict)
            response.Headers["x-should-retry"] = refusal.Code == ErrorCodes.InFlight ? "true" : "false";
        if (refusal.Code == ErrorCodes.LimitReached && refusal.RetryAfter > TimeSpan.FromMinutes(1)) response.Headers["x-should-retry"] = "false";
    }

    /// <summary>The error as JSON, also for an event in the middle of a stream.</summary>
    public static byte[] Write(RefusedException refusal)
    {
        var error = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["message"] = refusal.Message,
            ["type"] = TypeOf(refusal.Code.HttpStatus),
            ["param"] = refusal.Errors?.Keys.FirstOrDefault(),
            ["code"] = refusal.Code.Code,
        };
        foreach (var (name, value) in refusal.Extensions ?? new Dictionary<string, object?>()) error.TryAdd(name, value);
        return JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object?> { ["error"] = error }, WebJson.Options);
    }

    private static string TypeOf(int status) => status switch
    {
        401 => "authentication_error",
        402 => "insufficient_quota",
        403 => "permission_error",
        429 => "rate_limit_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}
