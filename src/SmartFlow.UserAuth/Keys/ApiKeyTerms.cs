using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Keys;

/// <summary>What a key may use at most; what is absent has no cap. Credit with at most six decimals; days and months are UTC's.</summary>
internal sealed record ApiKeyLimits(long? RequestsPerMinute = null, decimal? CreditPerDay = null, decimal? CreditPerMonth = null);

/// <summary>The rules for what a key may do, and how its row keeps that.</summary>
internal static class ApiKeyTerms
{
    private const int MaxNameLength = 64;
    private const int MaxModels = 50;
    private const int MaxModelLength = 200;
    private const long MaxRequests = 1_000_000;
    private const decimal MaxCredit = 1_000_000_000;

    /// <exception cref="RefusedException">invalid_argument naming every field that is wrong.</exception>
    public static void Check(string? name, string[]? scopes, string[]? models, ApiKeyLimits? limits, DateTimeOffset? expiresAt, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        if (name is not null) errors.Text("name", name, 1, MaxNameLength);
        foreach (var scope in scopes ?? []) errors.OneOf("scopes", scope, ApiKeyScope.All);
        errors.Require(models is null || models.Length <= MaxModels, "models", $"must have at most {MaxModels} items");
        foreach (var model in models ?? []) errors.Text("models", model, 1, MaxModelLength);
        if (limits?.RequestsPerMinute is { } requests) errors.Range("limits.requests_per_minute", requests, 1, MaxRequests);
        Credit(errors, "limits.credit_per_day", limits?.CreditPerDay);
        Credit(errors, "limits.credit_per_month", limits?.CreditPerMonth);
        errors.Require(expiresAt is null || expiresAt > now, "expires_at", "must be later than now");
        errors.Throw("The key's terms are not valid.");
    }

    public static void SetLimits(ApiKey key, ApiKeyLimits limits)
    {
        key.RequestsPerMinute = limits.RequestsPerMinute;
        key.CreditMicrosPerDay = Micros(limits.CreditPerDay);
        key.CreditMicrosPerMonth = Micros(limits.CreditPerMonth);
    }

    public static ApiKeyLimits LimitsOf(ApiKey key) =>
        new(key.RequestsPerMinute, Credits(key.CreditMicrosPerDay), Credits(key.CreditMicrosPerMonth));

    /// <summary>A list in one column: one item a line.</summary>
    public static string Join(IEnumerable<string>? items) => string.Join('\n', (items ?? []).Select(i => i.Trim()).Distinct(StringComparer.Ordinal));

    public static string[] Split(string items) => items.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static void Credit(FieldErrors errors, string field, decimal? credit)
    {
        if (credit is not { } amount) return;
        errors.Require(amount is >= 0 and <= MaxCredit, field, $"must be between 0 and {MaxCredit}")
            .Require(decimal.Round(amount, 6) == amount, field, "must have at most six decimals");
    }

    private static long? Micros(decimal? credits) => credits is { } c ? (long)(c * Pricing.MicrosPerCredit) : null;

    private static decimal? Credits(long? micros) => micros is { } m ? m / (decimal)Pricing.MicrosPerCredit : null;
}
