using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>
/// Checks name and password: limited by network and name, slower after failures, and alike for unknown names.
/// </summary>
internal sealed class Credentials(
    IDbContextFactory<UserAuthDb> factory,
    Passwords passwords,
    EntryLimits limits,
    FailedSignIns failures
)
{
    /// <returns>The user with the roles.</returns>
    /// <exception cref="RefusedException">invalid_credentials, account_locked, account_disabled, rate_limited,
    /// unavailable.</exception>
    public async Task<User> CheckAsync(string username, string password, HttpContext http)
    {
        var name = Usernames.Normalise(username);
        var network = Network.Of(http.Connection.RemoteIpAddress);
        await limits.SignInAsync(network, name);
        var attempt = await failures.BeginAsync(network, name);
        if (await LookAsync(name, password, network, attempt, http.RequestAborted) is not { } user)
            throw Wrong();
        await attempt.SucceedAsync();
        // Said only to somebody who knows the password.
        return user.DisabledAt is null
            ? user
            : throw new RefusedException(ErrorCodes.AccountDisabled, "This account was disabled by an operator.");
    }

    public static RefusedException Wrong() => new(ErrorCodes.InvalidCredentials, "The name or the password is wrong.");

    private async Task<User?> LookAsync(
        string name,
        string password,
        Network network,
        FailedSignIns.Attempt attempt,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await limits.PasswordAsync(network);
            var user = await FindAsync(name, cancellationToken);
            return await passwords.IsRightAsync(user, password, cancellationToken) ? user : null;
        }
        catch
        {
            await attempt.GiveBackAsync();
            throw;
        }
    }

    private async Task<User?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db
            .Users.AsNoTracking()
            .Include(u => u.Roles)
            .SingleOrDefaultAsync(u => u.NormalisedName == name, cancellationToken);
    }
}
