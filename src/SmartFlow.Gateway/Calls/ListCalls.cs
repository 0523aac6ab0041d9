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
        int? page,
        [FromQuery(Name = "page_size")] int? pageSize,
        string? scene,
        string? model,
        string? outcome,
        string? state,
        string? from,
        string? to,
        CancellationToken cancellationToken
    )
    {
        var asked = PageQuery.Of(page, pageSize);
        var request = Filter(asked, scene, model, outcome, state, from, to);
        request.UserId = user.UserId();
        var found = await llm.ListCallsAsync(request, cancellationToken);
        return Page(asked, found, found.Items.Select(CallAnswer.Of));
    }

    private static async Task<CallPage<CallRecord>> AllAsync(
        ILlm llm,
        IUserAuth users,
        int? page,
        [FromQuery(Name = "page_size")] int? pageSize,
        string? scene,
        string? model,
        string? outcome,
        string? state,
        string? from,
        string? to,
        [FromQuery(Name = "user_id")] ulong? userId,
        string? username,
        CancellationToken cancellationToken
    )
    {
        var asked = PageQuery.Of(page, pageSize);
        var request = Filter(asked, scene, model, outcome, state, from, to);
        if (await UserAsync(users, userId, username ?? "", cancellationToken) is not { } user)
            return Page<CallRecord>(asked, new ListCallsResponse(), []);
        (request.UserId, request.Everybody) = (user, user == 0);
        var found = await llm.ListCallsAsync(request, cancellationToken);
        var names = await NamesAsync(users, found.Items.Select(c => c.UserId), cancellationToken);
        return Page(
            asked,
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
    private static ListCallsRequest Filter(
        PageQuery page,
        string? scene,
        string? model,
        string? outcome,
        string? state,
        string? from,
        string? to
    ) =>
        new()
        {
            Scene = scene ?? "",
            Model = model ?? "",
            Outcome = outcome ?? "",
            State = state ?? "",
            From = from ?? "",
            To = to ?? "",
            Page = page.Page,
            PageSize = page.Size,
        };
}
