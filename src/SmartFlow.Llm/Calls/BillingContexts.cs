using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>Who pays, as a request says it.</summary>
internal static class BillingContexts
{
    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static BillingContext Of(BillingContextMessage? billing)
    {
        if (billing is null)
            throw RefusedException.Field("billing", "is required");
        if (billing.UserId == 0)
            throw RefusedException.Field("billing.user_id", "is required");
        if (billing.EventId.Length == 0)
            throw RefusedException.Field("billing.event_id", "is required");
        if (billing.ApiKeyId < 0)
            throw RefusedException.Field("billing.api_key_id", "must not be negative");
        if (billing.Scene.Length == 0)
            throw RefusedException.Field("billing.scene", "is required");
        return new(
            billing.UserId,
            billing.EventId,
            billing.Scene,
            billing.RequestId,
            billing.ConversationId,
            billing.ModelAlias,
            billing.SkipCharge,
            billing.ApiKeyId,
            billing.Caps is { } caps ? Of(caps) : null,
            billing.AdaptOutput
        );
    }

    private static ApiKeyCaps Of(ApiKeyCapsMessage caps) =>
        new(
            Cap("requests_per_minute", caps.HasRequestsPerMinute, caps.RequestsPerMinute),
            Cap("credit_micros_per_day", caps.HasCreditMicrosPerDay, caps.CreditMicrosPerDay),
            Cap("credit_micros_per_month", caps.HasCreditMicrosPerMonth, caps.CreditMicrosPerMonth),
            caps.Models
        );

    private static long? Cap(string name, bool given, long value) =>
        !given ? null
        : value >= 0 ? value
        : throw RefusedException.Field("billing.caps." + name, "must not be negative");
}
