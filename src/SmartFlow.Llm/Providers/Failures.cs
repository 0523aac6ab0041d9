using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Mending;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Providers;

/// <summary>What follows from a kind of failure.</summary>
/// <param name="Retry">The same candidate may be asked again, as long as nothing was delivered.</param>
/// <param name="Fallback">The next candidate may be asked, as long as nothing was delivered.</param>
/// <param name="MayBill">The provider may have generated and may bill us: the attempt is house cost at least.</param>
/// <param name="Fault">The provider itself is unwell; enough of these in a row and it is left alone for a
/// while.</param>
internal readonly record struct FailurePolicy(bool Retry, bool Fallback, bool MayBill, bool Fault = false);

/// <summary>
/// Everything that is known about how providers fail. No other file judges a status, an error or an exception.
/// </summary>
internal static partial class Failures
{
    public const int MaxErrorBytes = 16 * 1024;
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromHours(1);

    public static FailurePolicy PolicyOf(FailureKind kind) =>
        kind switch
        {
            FailureKind.Rejected => new(Retry: false, Fallback: false, MayBill: false),
            FailureKind.Refused => new(Retry: false, Fallback: true, MayBill: false),
            FailureKind.RateLimited => new(Retry: true, Fallback: true, MayBill: false),
            FailureKind.Busy => new(Retry: false, Fallback: true, MayBill: false),
            FailureKind.Unavailable => new(Retry: true, Fallback: true, MayBill: false, Fault: true),
            // Timed out, cut, malformed.
            _ => new(Retry: false, Fallback: true, MayBill: true, Fault: true),
        };

    /// <summary>What our caller is told when no candidate is left.</summary>
    /// <param name="failure">Classified.</param>
    /// <param name="clean">Blanks what our callers must not see in the provider's words; null: nothing.</param>
    public static RefusedException ToRefusal(ProviderException failure, Func<string, string>? clean = null)
    {
        return failure.Kind switch
        {
            FailureKind.Rejected => new(
                failure.Status switch
                {
                    413 => ErrorCodes.PayloadTooLarge,
                    422 => ErrorCodes.Unprocessable,
                    _ => ErrorCodes.InvalidArgument,
                },
                SaidBy(failure.Body, clean) is { Length: > 0 } said
                    ? said
                    : "The model's provider rejected the request.",
                extensions: WordsOf(failure.Body, clean)
            ),
            FailureKind.RateLimited => new(
                ErrorCodes.RateLimited,
                "The model's provider is limiting our requests.",
                retryAfter: failure.RetryAfter ?? TimeSpan.FromSeconds(1)
            ),
            FailureKind.Busy => new(ErrorCodes.Unavailable, failure.Message, retryAfter: failure.RetryAfter),
            FailureKind.TimedOut => new(ErrorCodes.ProviderTimeout, failure.Message),
            FailureKind.Refused => new(
                ErrorCodes.ProviderFailed,
                "The model's provider refused our account; the operator has to look at it.",
                extensions: new Dictionary<string, object?> { [RefusedException.FinalMember] = true }
            ),
            _ => new(ErrorCodes.ProviderFailed, failure.Message, retryAfter: failure.RetryAfter),
        };
    }

    /// <summary>A status other than success.</summary>
    /// <param name="status">As received.</param>
    /// <param name="body">The error body, at most <see cref="MaxErrorBytes"/>.</param>
    /// <param name="retryAfter">The header, if there was one.</param>
    public static ProviderException FromStatus(int status, byte[] body, TimeSpan? retryAfter)
    {
        var kind = status switch
        {
            429 => IsQuota(body) ? FailureKind.Refused : FailureKind.RateLimited,
            401 or 402 or 403 or 407 => FailureKind.Refused,
            408 or 504 or 524 => FailureKind.TimedOut,
            409 or 425 or 498 or 499 => FailureKind.Unavailable,
            >= 400 and < 500 => FailureKind.Rejected,
            >= 500 => FailureKind.Unavailable,
            _ => FailureKind.Malformed,
        };
        return new ProviderException(
            kind,
            $"The model's provider answered with status {status}.",
            status,
            Bounded(retryAfter),
            body
        );
    }

    /// <summary>An error object in a success: in the body, or as an event of the stream.</summary>
    public static ProviderException FromErrorObject(ReadOnlySpan<byte> body)
    {
        var kept = body[..Math.Min(body.Length, MaxErrorBytes)].ToArray();
        var (status, word) = CodeOf(kept);
        if (status is >= 400 and < 600)
        {
            var like = FromStatus(status, kept, null);
            return new ProviderException(
                like.Kind,
                "The model's provider answered a success with an error in it.",
                status,
                body: kept
            )
            {
                Usage = UsageReader.TryFind(body).ToArray(),
                Billed = IsOfFailed(body),
            };
        }
        var kind = word switch
        {
            "rate_limit_exceeded" or "rate_limit_error" => FailureKind.RateLimited,
            "insufficient_quota" or "authentication_error" or "permission_error" or "invalid_api_key" =>
                FailureKind.Refused,
            "invalid_request_error" or "context_length_exceeded" or "content_filter" or "invalid_prompt" =>
                FailureKind.Rejected,
            "server_error"
            or "internal_error"
            or "internal_server_error"
            or "api_error"
            or "overloaded_error"
            or "overloaded"
            or "service_unavailable" => FailureKind.Unavailable,
            "timeout" or "timeout_error" => FailureKind.TimedOut,
            _ => FailureKind.Malformed,
        };
        return new ProviderException(kind, "The model's provider answered a success with an error in it.", body: kept)
        {
            Usage = UsageReader.TryFind(body).ToArray(),
            Billed = IsOfFailed(body),
        };
    }

    /// <summary>
    /// A response that failed has been paid for, also where nothing of it was delivered. A usage beside any other error
    /// is then of an answer that nobody gets, and free as the error is.
    /// </summary>
    private static bool IsOfFailed(ReadOnlySpan<byte> body)
    {
        using var document = Parse(body.ToArray());
        return document is not null && Text(document.RootElement, "status") == "failed";
    }

    /// <summary>What the network threw before the response's status was known, or while the body was read.</summary>
    /// <param name="exception">Not our caller's cancellation.</param>
    /// <param name="answering">The success status had arrived.</param>
    public static ProviderException FromException(Exception exception, bool answering) =>
        exception switch
        {
            ProviderException known => known,
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new(
                FailureKind.Malformed,
                "The model's provider sent headers beyond the limit.",
                inner: exception
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => new(
                FailureKind.Malformed,
                "The model's provider does not speak HTTP.",
                inner: exception
            ),
            HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError,
            } when !answering => new(
                FailureKind.Unavailable,
                "The model's provider cannot be reached.",
                inner: exception
            ),
            // There was a connection when it broke: the request may have left and the provider may have worked on it.
            _ => Cut(exception),
        };

    public static ProviderException Cut(Exception? inner = null) =>
        new(FailureKind.Cut, "The model's provider broke the answer off.", inner: inner);

    public static ProviderException Malformed(string what) =>
        new(FailureKind.Malformed, $"The model's provider sent {what}.");

    /// <summary>The connection could not be made in time: nothing was sent.</summary>
    public static ProviderException ConnectTimeout() =>
        new(FailureKind.Unavailable, "The model's provider could not be connected to in time.");

    public static ProviderException TimedOut(string waitedFor) =>
        new(FailureKind.TimedOut, $"The model's provider took too long: no {waitedFor} in time.");

    /// <summary>
    /// The request cannot be put into the provider's dialect: our caller's fault, found before anything is sent.
    /// </summary>
    public static ProviderException Untranslatable(string why) =>
        new(
            FailureKind.Rejected,
            why,
            400,
            body: JsonSerializer.SerializeToUtf8Bytes(
                new { error = new { message = why, type = "invalid_request_error" } }
            )
        );

    /// <summary>We do not ask it now.</summary>
    public static ProviderException Busy(TimeSpan retryAfter) =>
        new(
            FailureKind.Busy,
            "The model's provider is not asked now: it has too many calls under way, or it only fails.",
            retryAfter: retryAfter
        );

    /// <summary>
    /// When to come again, bounded: <c>retry-after-ms</c>, which is finer, else Retry-After as seconds, whole or not,
    /// or as a date; null where there is none or it is unreadable.
    /// </summary>
    public static TimeSpan? RetryAfterOf(System.Net.Http.Headers.HttpResponseHeaders headers, DateTimeOffset now) =>
        Number(headers, "retry-after-ms") is { } milliseconds ? Bounded(TimeSpan.FromMilliseconds(milliseconds))
        : headers.RetryAfter is { Date: { } date } ? Bounded(date - now)
        : Number(headers, "Retry-After") is { } seconds ? Bounded(TimeSpan.FromSeconds(seconds))
        : null;

    private static double? Number(System.Net.Http.Headers.HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values)
        && double.TryParse(values.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
        && !double.IsNaN(number)
            ? Math.Clamp(number, -1, 1e9)
            : null;

    private static TimeSpan? Bounded(TimeSpan? wait) =>
        wait is not { } given ? null
        : given < TimeSpan.Zero ? TimeSpan.Zero
        : given > MaxRetryAfter ? MaxRetryAfter
        : given;

    private static bool IsQuota(byte[] body) =>
        CodeOf(body).Word is "insufficient_quota" or "billing_hard_limit_reached";

    /// <summary>A numeric code, else the word in code or type, of {"error":{…}} or of the object itself.</summary>
    private static (int Status, string Word) CodeOf(byte[] body)
    {
        using var document = Parse(body);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return default;
        var error =
            document.RootElement.TryGetProperty("error", out var inner) && inner.ValueKind == JsonValueKind.Object
                ? inner
                : document.RootElement;
        foreach (var name in new[] { "code", "status", "type" })
        {
            if (!error.TryGetProperty(name, out var code))
                continue;
            if (code.ValueKind == JsonValueKind.Number && code.TryGetInt32(out var number))
                return (number, "");
            if (code.ValueKind != JsonValueKind.String)
                continue;
            var word = code.GetString()!;
            if (int.TryParse(word, out var status))
                return (status, "");
            if (word.Length > 0)
                return (0, word);
        }
        return default;
    }

    /// <summary>The provider's own sentence, at most 2,000 characters.</summary>
    private static string SaidBy(byte[]? body, Func<string, string>? clean)
    {
        const int longest = 2_000;
        using var document = Parse(body ?? []);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return "";
        var error = document.RootElement.TryGetProperty("error", out var inner) ? inner : document.RootElement;
        var said =
            error.ValueKind == JsonValueKind.String
                ? error.GetString()!
                // FastAPI's servers say it as detail.
                : Text(error, "message") ?? Text(error, "detail") ?? Text(document.RootElement, "message") ?? "";
        said = clean is null ? said : clean(said);
        return said.Length <= longest ? said : said[..longest];
    }

    /// <summary>The provider's code, param and type as they came.</summary>
    private static Dictionary<string, object?>? WordsOf(byte[]? body, Func<string, string>? clean)
    {
        const int longest = 200;
        using var document = Parse(body ?? []);
        if (document is null || document.RootElement.ValueKind != JsonValueKind.Object)
            return null;
        var error =
            document.RootElement.TryGetProperty("error", out var inner) && inner.ValueKind == JsonValueKind.Object
                ? inner
                : document.RootElement;
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in new[] { "code", "param", "type" })
            if (Text(error, name) is { Length: > 0 and <= longest } word && !int.TryParse(word, out _))
                words[name] = clean is null ? word : clean(word);
        // Servers that have no code of their own for it, Anthropic's among them.
        if (!words.ContainsKey("code") && TooLong().IsMatch(Text(error, "message") ?? ""))
            words["code"] = ProviderError.ContextLength;
        return words.Count == 0 ? null : new() { [ProviderError.Member] = JsonSerializer.SerializeToElement(words) };
    }

    private static string? Text(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    [GeneratedRegex(
        "prompt is too long|maximum context length|context (length|window)[^.]{0,40} exceed|exceed[^.]{0,60} context|input token count[^.]{0,60} exceeds",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex TooLong();

    private static JsonDocument? Parse(byte[] body) =>
        new ReadableJson().TryRead(body, out var readable) ? JsonDocument.Parse(readable) : null;
}
