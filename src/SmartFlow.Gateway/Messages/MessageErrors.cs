using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SmartFlow.Contracts.Llm;
using SmartFlow.Gateway.OpenAi;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Gateway.Messages;

/// <summary>
/// Refusals below /v1/messages in Anthropic's shape: {"type":"error","error":{type,message}}, with our code, the field
/// and the refusal's own members beside.
/// </summary>
internal sealed class MessageErrors : IErrorShape
{
    private const string TooLong = "prompt is too long";

    public PathString Prefix => "/v1/messages";

    public Task WriteAsync(HttpContext context, RefusedException refusal)
    {
        RetryAdvice.Write(context.Response, refusal);
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Write(refusal), context.RequestAborted).AsTask();
    }

    /// <summary>The error as JSON, also for an event in the middle of a stream.</summary>
    public static byte[] Write(RefusedException refusal)
    {
        var error = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = TypeOf(refusal.Code.HttpStatus),
            ["message"] = MessageOf(refusal),
            ["code"] = OpenAiErrors.CodeOf(refusal),
            ["param"] = OpenAiErrors.ParamOf(refusal),
        };
        OpenAiErrors.AddMembers(error, refusal);
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object?> { ["type"] = "error", ["error"] = error },
            WebJson.Options
        );
    }

    /// <summary>Clients of this surface know a prompt that is too long by Anthropic's own words.</summary>
    private static string MessageOf(RefusedException refusal) =>
        OpenAiErrors.CodeOf(refusal) == ProviderError.ContextLength
        && !refusal.Message.Contains(TooLong, StringComparison.OrdinalIgnoreCase)
            ? $"{TooLong}: {refusal.Message}"
            : refusal.Message;

    private static string TypeOf(int status) =>
        status switch
        {
            401 => "authentication_error",
            402 => "billing_error",
            403 => "permission_error",
            404 => "not_found_error",
            413 => "request_too_large",
            429 => "rate_limit_error",
            503 => "overloaded_error",
            504 => "timeout_error",
            >= 500 => "api_error",
            _ => "invalid_request_error",
        };
}
