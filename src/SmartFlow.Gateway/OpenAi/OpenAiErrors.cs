using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SmartFlow.Contracts.Llm;
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
        RetryAdvice.Write(context.Response, refusal);
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Write(refusal), context.RequestAborted).AsTask();
    }

    /// <summary>The error as JSON, also for an event in the middle of a stream.</summary>
    public static byte[] Write(RefusedException refusal)
    {
        var error = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["message"] = refusal.Message,
            ["type"] = TypeOf(refusal.Code.HttpStatus),
            ["param"] = ParamOf(refusal),
            ["code"] = CodeOf(refusal),
        };
        AddMembers(error, refusal);
        return JsonSerializer.SerializeToUtf8Bytes(
            new Dictionary<string, object?> { ["error"] = error },
            WebJson.Options
        );
    }

    /// <summary>The provider's own word where it said one, because clients act on it; else ours.</summary>
    public static string CodeOf(RefusedException refusal) => Said(refusal, "code") ?? refusal.Code.Code;

    /// <summary>The field.</summary>
    public static string? ParamOf(RefusedException refusal) =>
        Said(refusal, "param") ?? refusal.Errors?.Keys.FirstOrDefault();

    /// <summary>The refusal's own members, and how long to wait where it takes longer than the header says.</summary>
    public static void AddMembers(Dictionary<string, object?> error, RefusedException refusal)
    {
        foreach (var (name, value) in refusal.Extensions ?? new Dictionary<string, object?>())
            if (name != ProviderError.Member)
                error.TryAdd(name, value);
        if (refusal.RetryAfter is { } wait)
            error.TryAdd(RetryAdvice.SecondsMember, RetryAdvice.Seconds(wait));
    }

    private static string? Said(RefusedException refusal, string name) =>
        refusal.Extensions?.GetValueOrDefault(ProviderError.Member)
            is JsonElement { ValueKind: JsonValueKind.Object } said
        && said.TryGetProperty(name, out var word)
        && word.ValueKind == JsonValueKind.String
            ? word.GetString()
            : null;

    private static string TypeOf(int status) =>
        status switch
        {
            401 => "authentication_error",
            402 => "insufficient_quota",
            403 => "permission_error",
            429 => "rate_limit_error",
            >= 500 => "server_error",
            _ => "invalid_request_error",
        };
}
