using System.Collections.Frozen;
using System.Reflection;

namespace SmartFlow.Platform.Errors;

/// <summary>A stable word for a kind of refusal, with its status on every wire.</summary>
/// <param name="Code">The word that programs compare; never changes.</param>
/// <param name="HttpStatus">The HTTP status.</param>
/// <param name="GrpcStatus">The gRPC status number.</param>
/// <param name="Title">A short English title.</param>
public sealed record ErrorCode(string Code, int HttpStatus, int GrpcStatus, string Title);

/// <summary>The one catalogue of refusals of all modules.</summary>
public static class ErrorCodes
{
    public static readonly ErrorCode InvalidArgument = new("invalid_argument", 400, 3, "The request is not valid");
    public static readonly ErrorCode MalformedBody = new("malformed_body", 400, 3, "The body could not be read");
    public static readonly ErrorCode IdempotencyKeyRequired = new(
        "idempotency_key_required",
        400,
        3,
        "This request needs an Idempotency-Key"
    );
    public static readonly ErrorCode Unauthenticated = new("unauthenticated", 401, 16, "Sign in first");
    public static readonly ErrorCode InvalidCredentials = new(
        "invalid_credentials",
        401,
        16,
        "Name or password is wrong"
    );
    public static readonly ErrorCode InsufficientCredit = new("insufficient_credit", 402, 8, "Not enough Credit");
    public static readonly ErrorCode Forbidden = new("forbidden", 403, 7, "Not allowed");
    public static readonly ErrorCode PasswordRequired = new("password_required", 403, 7, "Give your password again");
    public static readonly ErrorCode AccountDisabled = new("account_disabled", 403, 7, "The account is disabled");
    public static readonly ErrorCode CsrfFailed = new("csrf_failed", 403, 7, "The CSRF token is missing or wrong");
    public static readonly ErrorCode MockPaymentOff = new(
        "mock_payment_off",
        403,
        9,
        "The mock payment channel is off"
    );
    public static readonly ErrorCode FeatureOff = new("feature_off", 403, 9, "This is switched off here");
    public static readonly ErrorCode MailOff = new("mail_off", 403, 9, "This installation sends no mail");
    public static readonly ErrorCode NotFound = new("not_found", 404, 5, "Not found");
    public static readonly ErrorCode UnknownModel = new("unknown_model", 404, 5, "There is no such model");
    public static readonly ErrorCode MethodNotAllowed = new(
        "method_not_allowed",
        405,
        12,
        "This route does not take this method"
    );
    public static readonly ErrorCode RequestTimeout = new("request_timeout", 408, 4, "The request came too slowly");
    public static readonly ErrorCode Conflict = new("conflict", 409, 10, "The state does not allow this");
    public static readonly ErrorCode AlreadyExists = new("already_exists", 409, 6, "It exists already");
    public static readonly ErrorCode InFlight = new("in_flight", 409, 10, "The same request is still running");
    public static readonly ErrorCode KeyReused = new("key_reused", 409, 6, "The key was used for another request");
    public static readonly ErrorCode ResultExpired = new(
        "result_expired",
        409,
        9,
        "The stored result is no longer kept"
    );
    public static readonly ErrorCode LinkEnded = new("link_ended", 409, 9, "The link is no longer good");
    public static readonly ErrorCode OutcomeSettled = new(
        "outcome_settled",
        409,
        9,
        "The call ended with an unknown outcome and was settled by estimate"
    );
    public static readonly ErrorCode PayloadTooLarge = new("payload_too_large", 413, 8, "The body is too large");
    public static readonly ErrorCode UnsupportedMediaType = new(
        "unsupported_media_type",
        415,
        3,
        "This media type is not taken"
    );
    public static readonly ErrorCode Unprocessable = new(
        "unprocessable",
        422,
        3,
        "The request could not be understood"
    );
    public static readonly ErrorCode RateLimited = new("rate_limited", 429, 8, "Too many requests");
    public static readonly ErrorCode LimitReached = new("limit_reached", 429, 8, "A limit is reached");
    public static readonly ErrorCode AccountLocked = new("account_locked", 429, 8, "Too many failed sign-ins");
    public static readonly ErrorCode Internal = new("internal", 500, 13, "Something went wrong on our side");
    public static readonly ErrorCode Unimplemented = new("unimplemented", 501, 12, "No longer offered");
    public static readonly ErrorCode ProviderFailed = new("provider_failed", 502, 14, "The model's provider failed");
    public static readonly ErrorCode PriceMissing = new("price_missing", 503, 9, "No price rule covers this call");
    public static readonly ErrorCode Unavailable = new("unavailable", 503, 14, "A part of the service is out of reach");
    public static readonly ErrorCode ProviderTimeout = new(
        "provider_timeout",
        504,
        4,
        "The model's provider was too slow"
    );

    private static readonly FrozenDictionary<string, ErrorCode> ByWord = typeof(ErrorCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => f.GetValue(null))
        .OfType<ErrorCode>()
        .ToFrozenDictionary(c => c.Code, StringComparer.Ordinal);

    /// <summary>The entry of a word that came over a wire; null for one that this version does not know.</summary>
    public static ErrorCode? Find(string code) => ByWord.GetValueOrDefault(code);
}
