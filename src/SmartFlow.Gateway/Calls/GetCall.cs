using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Calls;

/// <summary>A call as its owner sees it. Tokens are in disjoint buckets; times are null where it has not happened; api_key_id is 0 for a call without a key.</summary>
internal sealed record CallAnswer(
    string EventId,
    string Scene,
    long ApiKeyId,
    string State,
    string Outcome,
    string ModelAlias,
    string ProviderName,
    string ModelName,
    bool Stream,
    int Images,
    CallUsage? Usage,
    long CostMicroYuan,
    long CreditMicros,
    long HoldMicros,
    int Attempts,
    ulong PriceRuleId,
    int PriceRuleVersion,
    string ConversationId,
    DateTimeOffset? StartedAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? FirstTokenAt,
    DateTimeOffset? FinishedAt);

internal sealed record CallUsage(
    long InputTokens, long OutputTokens, long CachedTokens, long CacheWriteTokens, long ReasoningTokens, bool Estimated);

/// <summary>GET /api/v1/calls/{event_id}: 404 for everybody but its owner. The key may hold slashes.</summary>
internal static class GetCall
{
    public static void MapCalls(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/calls/{**eventId}", HandleAsync)
            .RequireAuthorization(Policies.OpenAiClient).WithTags("calls").WithName("GetCall");

    private static async Task<CallAnswer> HandleAsync(string eventId, ClaimsPrincipal user, ILlm llm, CancellationToken cancellationToken)
    {
        var found = await llm.GetCallAsync(new GetCallRequest { UserId = user.UserId(), EventId = eventId }, cancellationToken);
        var call = found.Call;
        return new CallAnswer(
            call.EventId, call.Scene, call.ApiKeyId, call.State, call.Outcome, call.ModelAlias, call.ProviderName, call.ModelName, call.Stream,
            call.Images, call.Usage is { } u ? new CallUsage(u.Input, u.Output, u.Cached, u.CacheWrite, u.Reasoning, u.Estimated) : null,
            call.CostMicroYuan, call.CreditMicros, call.HoldMicros, call.Attempts, call.PriceRuleId, call.PriceRuleVersion,
            call.ConversationId, Time(call.StartedAt), Time(call.SentAt), Time(call.FirstTokenAt), Time(call.FinishedAt));
    }

    private static DateTimeOffset? Time(string text) =>
        text.Length == 0 ? null : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
