using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;

namespace SmartFlow.UserAuth.Accounts;

internal sealed record MeAnswer(
    ulong UserId,
    string Username,
    string? DisplayName,
    string? Email,
    bool EmailVerified,
    IReadOnlyList<string> Roles,
    DateTimeOffset CreatedAt
);

internal sealed record ChangeMeRequest(string? DisplayName = null);

/// <summary>
/// GET and PATCH /auth/me: the signed-in user's own profile. The plaza follows a new display name. Refusals:
/// unauthenticated, invalid_argument, already_exists (the name looks like somebody else's).
/// </summary>
internal sealed class Me(
    IDbContextFactory<UserAuthDb> factory,
    IWriter<UserAuthDb> writer,
    OutboxSignal<UserAuthDb> outbox,
    TimeProvider time
)
{
    public static void Map(IEndpointRouteBuilder auth)
    {
        auth.MapGet("/me", async (ClaimsPrincipal user, Me me, CancellationToken cancellationToken) =>
            TypedResults.Ok(await me.GetAsync((long)user.UserId(), cancellationToken))
        );
        auth.MapPatch(
            "/me",
            async (ChangeMeRequest request, ClaimsPrincipal user, Me me, CancellationToken cancellationToken) =>
                TypedResults.Ok(await me.ChangeAsync((long)user.UserId(), request, cancellationToken))
        );
    }

    private async Task<MeAnswer> GetAsync(long userId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(db, userId, cancellationToken);
    }

    public async Task<MeAnswer> ChangeAsync(long userId, ChangeMeRequest request, CancellationToken cancellationToken)
    {
        var name = request.DisplayName is { } given ? DisplayNames.Tidy(given) : null;
        if (name is not null && DisplayNames.Problem(name) is { } problem)
            throw RefusedException.Field("display_name", problem);
        try
        {
            var answer = await writer.WriteAsync(
                async (db, token) =>
                {
                    if (name is not null)
                        await RenameAsync(db, userId, name, token);
                    return await ReadAsync(db, userId, token);
                },
                cancellationToken
            );
            outbox.Notify();
            return answer;
        }
        catch (Exception e) when (UniqueViolation.Is(e))
        {
            throw LooksAlike();
        }
    }

    private async Task RenameAsync(UserAuthDb db, long userId, string name, CancellationToken cancellationToken)
    {
        var look = NameLook.Of(name);
        if (await db.Users.AnyAsync(u => u.DisplayLook == look && u.Id != userId, cancellationToken))
            throw LooksAlike();
        var renamed = await db
            .Users.Where(u => u.Id == userId && u.DisplayName != name)
            .ExecuteUpdateAsync(
                s => s.SetProperty(u => u.DisplayName, name).SetProperty(u => u.DisplayLook, look),
                cancellationToken
            );
        if (renamed == 0)
            return;
        db.PublishName(userId, name, time.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
    }

    private static async Task<MeAnswer> ReadAsync(UserAuthDb db, long userId, CancellationToken cancellationToken)
    {
        var user = await db
            .Users.AsNoTracking()
            .Include(u => u.Roles)
            .SingleOrDefaultAsync(u => u.Id == userId, cancellationToken)
            ?? throw new RefusedException(ErrorCodes.Unauthenticated, "This account no longer exists.");
        return new MeAnswer(
            (ulong)userId,
            user.Username,
            user.DisplayName,
            user.Email,
            user.VerifiedEmail is not null,
            [.. user.Roles.Select(r => r.Role).Order(StringComparer.Ordinal)],
            user.CreatedAt
        );
    }

    private static RefusedException LooksAlike() =>
        new(
            ErrorCodes.AlreadyExists,
            "display_name: it looks like somebody else's name; choose another",
            new Dictionary<string, string[]> { ["display_name"] = ["looks like somebody else's name"] }
        );
}
