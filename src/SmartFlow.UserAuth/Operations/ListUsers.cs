using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary>A user as operators find them; nothing that would sign anybody in.</summary>
internal sealed record UserRecord(
    ulong UserId,
    string Username,
    string DisplayName,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt,
    DateTimeOffset? DisabledAt
);

/// <summary>
/// GET /admin/users?q: users whose name begins with q or whose id it is, by id. Refusals: invalid_argument.
/// </summary>
internal sealed class ListUsers(IDbContextFactory<UserAuthDb> databases)
{
    private const int MaxQueryLength = 64;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                "/api/v1/admin/users",
                (
                    ListUsers list,
                    string? q,
                    int? page,
                    [FromQuery(Name = "page_size")] int? pageSize,
                    CancellationToken cancellationToken
                ) => list.HandleAsync(q ?? "", PageQuery.Of(page, pageSize), cancellationToken)
            )
            .WithTags("Administration")
            .RequireAuthorization(Policies.Operator);

    private async Task<Paged<UserRecord>> HandleAsync(string query, PageQuery page, CancellationToken cancellationToken)
    {
        new FieldErrors().Text("q", query, 0, MaxQueryLength).Throw("No name looks like this.");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var users = db.Users.AsNoTracking();
        var begin = Usernames.Normalise(query.Trim());
        var id = long.TryParse(begin, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (begin.Length > 0)
            users = users.Where(u => u.NormalisedName.StartsWith(begin) || u.Id == id);
        return await page.ReadAsync(
            users.Include(u => u.Roles).OrderBy(u => u.Id),
            u => new UserRecord(
                (ulong)u.Id,
                u.Username,
                u.DisplayName ?? "",
                [.. u.Roles.Select(r => r.Role).Order(StringComparer.Ordinal)],
                u.CreatedAt,
                u.DisabledAt
            ),
            cancellationToken
        );
    }
}
