using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Operations;

internal sealed record UserStandingRequest(string Reason);

/// <summary>
/// POST /admin/users/{id}/disable, /enable and /revoke-operator, each with a reason. Refusals: invalid_argument,
/// not_found, conflict (it is so already; oneself; the last operator).
/// </summary>
internal static class UserStandingRoutes
{
    private const int LeastReason = 3;
    private const int MostReason = 500;

    private delegate Task<UserStandingView> Act(
        long userId,
        Operator by,
        string reason,
        CancellationToken cancellationToken
    );

    public static void Map(IEndpointRouteBuilder routes)
    {
        var users = routes
            .MapGroup("/api/v1/admin/users")
            .WithTags("Administration")
            .RequireAuthorization(Policies.Operator);
        users
            .MapPost(
                "/{id:long}/disable",
                (long id, UserStandingRequest request, HttpContext http, UserStanding standing) =>
                    RunAsync(standing.DisableAsync, id, request, http)
            )
            .WithName("DisableUser")
            .WithSummary("Keep a user out");
        users
            .MapPost(
                "/{id:long}/enable",
                (long id, UserStandingRequest request, HttpContext http, UserStanding standing) =>
                    RunAsync(standing.EnableAsync, id, request, http)
            )
            .WithName("EnableUser")
            .WithSummary("Let a user in again");
        users
            .MapPost(
                "/{id:long}/revoke-operator",
                (long id, UserStandingRequest request, HttpContext http, UserStanding standing) =>
                    RunAsync(standing.RevokeOperatorAsync, id, request, http)
            )
            .WithName("RevokeOperator")
            .WithSummary("Take the role of operators back");
    }

    private static Task<UserStandingView> RunAsync(Act act, long id, UserStandingRequest request, HttpContext http)
    {
        new FieldErrors()
            .Text("reason", request.Reason, LeastReason, MostReason)
            .Throw("Nothing was changed: see the fields.");
        return act(id, Operator.Of(http), request.Reason.Trim(), http.RequestAborted);
    }
}
