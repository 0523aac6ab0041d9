using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>
/// What a key may use at most; what is absent has no cap. Credit with at most six decimals; days and months are UTC's.
/// </summary>
internal sealed record ApiKeyLimits(
    long? RequestsPerMinute = null,
    decimal? CreditPerDay = null,
    decimal? CreditPerMonth = null
);

/// <summary>The rules for what a key may do, and how its row keeps that.</summary>
internal static class ApiKeyTerms
{
    private const int MaxNameLength = 64;
    private const int MaxModels = 50;
    private const int MaxModelLength = 200;
    private const long MaxRequests = 1_000_000;

    /// <exception cref="RefusedException">invalid_argument naming every field that is wrong.</exception>
    public static void Check(
        string? name,
        string[]? scopes,
        string[]? models,
        ApiKeyLimits? limits,
        DateTimeOffset? expiresAt,
        DateTimeOffset now
    )
    {
        var errors = new FieldErrors();
        if (name is not null)
            errors.Text("name", name, 1, MaxNameLength);
        foreach (var scope in scopes ?? [])
            errors.OneOf("scopes", scope, ApiKeyScope.All);
        errors.Require(models is null || models.Length <= MaxModels, "models", $"must have at most {MaxModels} items");
        foreach (var model in models ?? [])
            errors.Text("models", model, 1, MaxModelLength);
        if (limits?.RequestsPerMinute is { } requests)
            errors.Range("limits.requests_per_minute", requests, 1, MaxRequests);
        errors
            .Credit("limits.credit_per_day", limits?.CreditPerDay)
            .Credit("limits.credit_per_month", limits?.CreditPerMonth);
        errors.Require(expiresAt is null || expiresAt > now, "expires_at", "must be later than now");
        errors.Throw("The key's terms are not valid.");
    }

    public static void SetLimits(ApiKey key, ApiKeyLimits limits)
    {
        key.RequestsPerMinute = limits.RequestsPerMinute;
        key.CreditMicrosPerDay = limits.CreditPerDay is { } day ? Pricing.Micros(day) : null;
        key.CreditMicrosPerMonth = limits.CreditPerMonth is { } month ? Pricing.Micros(month) : null;
    }

    public static ApiKeyLimits LimitsOf(ApiKey key) =>
        new(
            key.RequestsPerMinute,
            key.CreditMicrosPerDay is { } day ? Pricing.Credits(day) : null,
            key.CreditMicrosPerMonth is { } month ? Pricing.Credits(month) : null
        );

    /// <summary>A list in one column: one item a line.</summary>
    public static string Join(IEnumerable<string>? items) =>
        string.Join('\n', (items ?? []).Select(i => i.Trim()).Distinct(StringComparer.Ordinal));

    public static string[] Split(string items) => items.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
