using Microsoft.AspNetCore.Http;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>What a client says of a call in headers: its key, and yes or no.</summary>
internal static class CallKey
{
    private const string Header = "Idempotency-Key";
    private const string Alias = "X-Idempotency-Key";

    /// <summary>A key of ours.</summary>
    public static string New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString("D");

    /// <summary>The client's Idempotency-Key; null: none.</summary>
    /// <exception cref="RefusedException">invalid_argument: the key breaks the rule.</exception>
    public static string? Of(HttpRequest request)
    {
        var given = request.Headers[Header];
        if (given.Count == 0)
            given = request.Headers[Alias];
        if (given.Count == 0)
            return null;
        if (given.Count > 1)
            throw RefusedException.Field(Header, "is given more than once");
        var key = given.ToString();
        return EventKey.Problem(key, ownScene: false) is { } problem
            ? throw RefusedException.Field(Header, problem)
            : key;
    }

    /// <summary>A header that is true or false; absent: false.</summary>
    /// <exception cref="RefusedException">invalid_argument: neither.</exception>
    public static bool Flag(HttpRequest request, string header) =>
        request.Headers[header] is { Count: > 0 } given
        && (bool.TryParse(given, out var flag) ? flag : throw RefusedException.Field(header, "must be true or false"));
}
