using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Tells clients whether and when to repeat by themselves: <c>x-should-retry</c>, which the official clients obey, and
/// a Retry-After wherever a repeat may help, without which some repeat at once. What takes longer than a client should
/// sleep stands in the error alone (<c>retry_after_seconds</c>).
/// </summary>
internal static class RetryAdvice
{
    public const string SecondsMember = "retry_after_seconds";

    /// <summary>Official clients sleep no longer by themselves.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(1);

    public static void Write(HttpResponse response, RefusedException refusal)
    {
        var helps = Helps(refusal);
        response.Headers["x-should-retry"] = helps ? "true" : "false";
        if (
            helps
            || refusal.Code.HttpStatus
                is StatusCodes.Status429TooManyRequests
                    or StatusCodes.Status503ServiceUnavailable
        )
            response.Headers.RetryAfter = Seconds(
                    refusal.RetryAfter is not { } wait ? Usual
                    : wait < Longest ? wait
                    : Longest
                )
                .ToString(CultureInfo.InvariantCulture);
        else
            response.Headers.Remove("Retry-After");
    }

    /// <summary>Whole seconds, at least one.</summary>
    public static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

    private static bool Helps(RefusedException refusal) =>
        refusal.RetryAfter is not { } wait || wait <= Longest
            ? refusal.Code.HttpStatus switch
            {
                408 or 500 or 504 => true,
                409 => refusal.Code == ErrorCodes.InFlight,
                429 => refusal.Code != ErrorCodes.AccountLocked,
                502 => refusal.Extensions?.GetValueOrDefault(RefusedException.FinalMember)
                    is not (true or JsonElement { ValueKind: JsonValueKind.True }),
                503 => refusal.Code != ErrorCodes.PriceMissing,
                _ => false,
            }
            : false;
}
