using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>Checks name and password: limited per address and name, locked after failures, as slow for unknown names.</summary>
internal sealed class Credentials(
    IDbContextFactory<UserAuthDb> factory, IWriter<UserAuthDb> writer, Passwords passwords, SignInLimit limit,
    IOptions<UserAuthOptions> options, TimeProvider time)
{
    /// <returns>The user with the roles.</returns>
    /// <exception cref="RefusedException">invalid_credentials, account_locked, rate_limited, unavailable.</exception>
    public async Task<User> CheckAsync(string username, string password, HttpContext http)
    {
        var name = Usernames.Normalise(username);
        limit.Take(http.Connection.RemoteIpAddress, name);
        var user = await FindAsync(name, http.RequestAborted);
        if (user?.LockedUntil is { } until && until > time.GetUtcNow()) throw Locked(until - time.GetUtcNow());
        if (!await passwords.IsRightAsync(user, password, http.RequestAborted))
        {
            if (user is not null) await CountFailureAsync(user.Id);
            throw new RefusedException(ErrorCodes.InvalidCredentials, "The name or the password is wrong.");
        }
        return user!;
    }

    private async Task<User?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().Include(u => u.Roles).SingleOrDefaultAsync(u => u.NormalisedName == name, cancellationToken);
    }

    /// <summary>Counted even when the guesser has hung up.</summary>
    private Task CountFailureAsync(long userId) => writer.SaveAsync(
        async (db, token) =>
        {
            var user = await db.Users.SingleAsync(u => u.Id == userId, token);
            if (++user.FailedSignIns < options.Value.MaxFailedSignIns) return;
            user.FailedSignIns = 0;
            user.LockedUntil = time.GetUtcNow().AddMinutes(options.Value.LockMinutes);
        },
        CancellationToken.None);

    private static RefusedException Locked(TimeSpan left) => new(
        ErrorCodes.AccountLocked,
        $"Too many failed sign-ins: the account is locked for another {Math.Ceiling(left.TotalMinutes):0} min.",
        retryAfter: left);
}
