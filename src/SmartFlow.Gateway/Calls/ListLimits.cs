using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Calls;

/// <summary>
/// What is used of a limit now, running calls with their worst case. A size is null where nothing limits it; of a key
/// it is the default of the server, its owner's own caps stand in GET /api-keys.
/// </summary>
/// <param name="Subject">user, scene or api_key.</param>
/// <param name="Scene">Of a scene.</param>
/// <param name="ApiKeyId">Of a key.</param>
/// <param name="Period">running, minute, day or month, in UTC.</param>
/// <param name="Requests">Calls.</param>
/// <param name="Tokens">Of all buckets.</param>
/// <param name="CreditMicros">Micro-credits.</param>
/// <param name="RequestsSize">The most.</param>
/// <param name="TokensSize">The most.</param>
/// <param name="CreditMicrosSize">The most.</param>
/// <param name="ResetsAt">When it counts from nothing again; null: never.</param>
internal sealed record LimitUse(
    string Subject,
    string? Scene,
    long? ApiKeyId,
    string Period,
    long Requests,
    long Tokens,
    long CreditMicros,
    long? RequestsSize,
    long? TokensSize,
    long? CreditMicrosSize,
    DateTimeOffset? ResetsAt
);

internal sealed record LimitUses(IReadOnlyList<LimitUse> Items);

/// <summary>GET /api/v1/limits: the caller's own.</summary>
internal static class ListLimits
{
    public static void MapLimits(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/limits", HandleAsync)
            .OpenToKeys(ApiKeyScope.Calls)
            .WithTags("calls")
            .WithName("ListLimits");

    private static async Task<LimitUses> HandleAsync(
        ClaimsPrincipal user,
        ILlm llm,
        CancellationToken cancellationToken
    )
    {
        var limits = await llm.GetLimitsAsync(new GetLimitsRequest { UserId = user.UserId() }, cancellationToken);
        return new([.. limits.Items.Select(Use)]);
    }

    private static LimitUse Use(LimitView v) =>
        new(
            v.Subject,
            v.Scene.Length > 0 ? v.Scene : null,
            v.ApiKeyId > 0 ? v.ApiKeyId : null,
            v.Period,
            v.Requests,
            v.Tokens,
            v.CreditMicros,
            v.HasRequestsSize ? v.RequestsSize : null,
            v.HasTokensSize ? v.TokensSize : null,
            v.HasCreditMicrosSize ? v.CreditMicrosSize : null,
            CallAnswer.Time(v.ResetsAt)
        );
}
