using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Calls;

/// <summary>Calls in the journal.</summary>
/// <param name="Truncated">Older calls of the period were not looked through: an earlier <c>to</c> reaches
/// them.</param>
internal sealed record CallPage<T>(IReadOnlyList<T> Items, PageInfo Page, bool Truncated);

/// <summary>A call as operators see it; nobody sees its text.</summary>
internal sealed record CallRecord(ulong UserId, string Username, CallAnswer Call);

/// <summary>
/// GET /api/v1/calls?page&amp;page_size&amp;scene&amp;model&amp;outcome&amp;state&amp;from&amp;to: one's own calls,
/// running ones first, then by their end, newest first. GET /api/v1/admin/calls: everybody's, or those of user_id or
/// username. Refusals: invalid_argument.
/// </summary>
internal static class ListCalls
{
    private const int MaxNameLength = 100;

    public static void MapListCalls(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/calls", OwnAsync).OpenToKeys(ApiKeyScope.Calls).WithTags("calls").WithName("ListCalls");
        routes
            .MapGet("/api/v1/admin/calls", AllAsync)
            .RequireAuthorization(Policies.Operator)
            .WithTags("Administration")
            .WithName("ListAllCalls");
    }

    private static async Task<CallPage<CallAnswer>> OwnAsync(
        ClaimsPrincipal user,
        ILlm llm,
        [AsParameters] Query query,
        CancellationToken cancellationToken
    )
    {
        var (request, page) = query.Request();
        request.UserId = user.UserId();
        var found = await llm.ListCallsAsync(request, cancellationToken);
        return Page(page, found, found.Items.Select(CallAnswer.Of));
    }

    private static async Task<CallPage<CallRecord>> AllAsync(
        ILlm llm,
        IUserAuth users,
        [AsParameters] Query query,
        [FromQuery(Name = "user_id")] ulong? userId,
        string? username,
        CancellationToken cancellationToken
    )
    {
        var (request, page) = query.Request();
        if (await UserAsync(users, userId, username ?? "", cancellationToken) is not { } user)
            return Page<CallRecord>(page, new ListCallsResponse(), []);
        (request.UserId, request.Everybody) = (user, user == 0);
        var found = await llm.ListCallsAsync(request, cancellationToken);
        var names = await NamesAsync(users, found.Items.Select(c => c.UserId), cancellationToken);
        return Page(
            page,
            found,
            found.Items.Select(c => new CallRecord(c.UserId, names.GetValueOrDefault(c.UserId, ""), CallAnswer.Of(c)))
        );
    }

    /// <summary>
    /// The id that is asked for, 0 for everybody, null: nobody has this name or both are given and differ.
    /// </summary>
    private static async Task<ulong?> UserAsync(
        IUserAuth users,
        ulong? userId,
        string username,
        CancellationToken cancellationToken
    )
    {
        if (userId is 0 or > long.MaxValue)
            throw RefusedException.Field("user_id", "must be the id of a user");
        new FieldErrors().Text("username", username, 0, MaxNameLength).Throw("Nobody has such a name.");
        if (username.Length == 0)
            return userId ?? 0;
        var named = await users.GetUsersAsync(new GetUsersRequest { Usernames = { username } }, cancellationToken);
        var id = named.Items.Count == 0 ? (ulong?)null : named.Items[0].UserId;
        return userId is null || userId == id ? id : null;
    }

    private static async Task<Dictionary<ulong, string>> NamesAsync(
        IUserAuth users,
        IEnumerable<ulong> ids,
        CancellationToken cancellationToken
    )
    {
        var request = new GetUsersRequest();
        request.UserIds.AddRange(ids.Distinct());
        if (request.UserIds.Count == 0)
            return [];
        var found = await users.GetUsersAsync(request, cancellationToken);
        return found.Items.ToDictionary(u => u.UserId, u => u.Username);
    }

    private static CallPage<T> Page<T>(PageQuery page, ListCallsResponse found, IEnumerable<T> items)
    {
        var wrapped = page.Wrap<T>([.. items], found.Total);
        return new CallPage<T>(wrapped.Items, wrapped.Page, found.Truncated);
    }

    /// <summary>The filter that both lists have.</summary>
    internal sealed record Query(
        [property: FromQuery(Name = "page")] int? Page,
        [property: FromQuery(Name = "page_size")] int? PageSize,
        [property: FromQuery(Name = "scene")] string? Scene,
        [property: FromQuery(Name = "model")] string? Model,
        [property: FromQuery(Name = "outcome")] string? Outcome,
        [property: FromQuery(Name = "state")] string? State,
        [property: FromQuery(Name = "from")] string? From,
        [property: FromQuery(Name = "to")] string? To
    )
    {
        public (ListCallsRequest Request, PageQuery Page) Request()
        {
            var page = PageQuery.Of(Page, PageSize);
            var request = new ListCallsRequest
            {
                Scene = Scene ?? "",
                Model = Model ?? "",
                Outcome = Outcome ?? "",
                State = State ?? "",
                From = From ?? "",
                To = To ?? "",
                Page = page.Page,
                PageSize = page.Size,
            };
            return (request, page);
        }
    }
}
