using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.UserAuth.Accounts;

internal sealed record MeAnswer(
    ulong UserId, string Username, string? DisplayName, string? Email, IReadOnlyList<string> Roles, DateTimeOffset CreatedAt);

internal sealed record ChangeMeRequest(string? DisplayName = null);

/// <summary>GET and PATCH /auth/me: the signed-in user's own profile. Refusals: unauthenticated, invalid_argument.</summary>
internal static class Me
{
    public static void Map(IEndpointRouteBuilder auth)
    {
        auth.MapGet("/me", async (ClaimsPrincipal user, IDbContextFactory<UserAuthDb> factory, CancellationToken cancellationToken) =>
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            return TypedResults.Ok(await ReadAsync(db, user.UserId(), cancellationToken));
        });
        auth.MapPatch("/me", async (ChangeMeRequest request, ClaimsPrincipal user, IWriter<UserAuthDb> writer, CancellationToken cancellationToken) =>
        {
            var name = request.DisplayName?.Trim();
            if (name is not null && Usernames.DisplayProblem(name) is { } problem)
                throw RefusedException.Field("display_name", problem);
            var answer = await writer.WriteAsync(
                async (db, token) =>
                {
                    var id = (long)user.UserId();
                    if (name is not null)
                        await db.Users.Where(u => u.Id == id).ExecuteUpdateAsync(s => s.SetProperty(u => u.DisplayName, name), token);
                    return await ReadAsync(db, user.UserId(), token);
                },
                cancellationToken);
            return TypedResults.Ok(answer);
        });
    }

    private static async Task<MeAnswer> ReadAsync(UserAuthDb db, ulong userId, CancellationToken cancellationToken)
    {
        var id = (long)userId;
        var user = await db.Users.AsNoTracking().Include(u => u.Roles).SingleOrDefaultAsync(u => u.Id == id, cancellationToken)
            ?? throw new RefusedException(ErrorCodes.Unauthenticated, "This account no longer exists.");
        return new MeAnswer(
            userId, user.Username, user.DisplayName, user.Email, [.. user.Roles.Select(r => r.Role).Order(StringComparer.Ordinal)], user.CreatedAt);
    }
}
