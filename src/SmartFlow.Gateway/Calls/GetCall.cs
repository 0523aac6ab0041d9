using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Calls;

/// <summary>GET /api/v1/calls/{event_id}: 404 for everybody but its owner. The key may hold slashes.</summary>
internal static class GetCall
{
    public static void MapGetCall(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/calls/{**eventId}", HandleAsync)
            .OpenToKeys(ApiKeyScope.Calls)
            .WithTags("calls")
            .WithName("GetCall");

    private static async Task<CallAnswer> HandleAsync(
        string eventId,
        ClaimsPrincipal user,
        ILlm llm,
        CancellationToken cancellationToken
    )
    {
        var found = await llm.GetCallAsync(
            new GetCallRequest { UserId = user.UserId(), EventId = eventId },
            cancellationToken
        );
        return CallAnswer.Of(found.Call);
    }
}
