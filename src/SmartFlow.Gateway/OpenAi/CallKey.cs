using Microsoft.AspNetCore.Http;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>The key of a call: the client's Idempotency-Key, or one of ours.</summary>
internal static class CallKey
{
    private const string Header = "Idempotency-Key";
    private const string Alias = "X-Idempotency-Key";

    /// <exception cref="RefusedException">invalid_argument: the client's key breaks the rule.</exception>
    public static string Of(HttpRequest request, TimeProvider time)
    {
        var given = request.Headers[Header];
        if (given.Count == 0) given = request.Headers[Alias];
        if (given.Count == 0) return Guid.CreateVersion7(time.GetUtcNow()).ToString("D");
        if (given.Count > 1) throw RefusedException.Field(Header, "is given more than once");
        var key = given.ToString();
        return EventKey.Problem(key, ownScene: false) is { } problem ? throw RefusedException.Field(Header, problem) : key;
    }
}
