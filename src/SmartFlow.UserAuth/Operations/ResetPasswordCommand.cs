using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;
using SmartFlow.UserAuth.Accounts;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Operations;

/// <summary>
/// <c>smartflow user reset-password NAME</c>: takes the new password from standard input, never from the arguments.
/// Sessions end, and API keys and calendar feeds unless <c>--keep-keys</c> and <c>--keep-feeds</c> say otherwise.
/// </summary>
internal sealed class ResetPasswordCommand(IDbContextFactory<UserAuthDb> factory, ChangePassword change) : ICommand
{
    private const string KeepKeys = "--keep-keys";
    private const string KeepFeeds = "--keep-feeds";

    public string Name => "user reset-password";

    public string Usage =>
        $"<name> [{KeepKeys}] [{KeepFeeds}]: sets the password that standard input holds, and ends sessions, API keys and calendar feeds";

    public bool Writes => true;

    internal TextReader Input { get; set; } = Console.In;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        var kept = arguments.Skip(1).ToArray();
        if (arguments.Count == 0 || kept.Except([KeepKeys, KeepFeeds], StringComparer.Ordinal).Any())
        {
            await output.WriteLineAsync($"smartflow {Name} {Usage}");
            return 2;
        }
        var name = arguments[0];
        if (await FindAsync(name, cancellationToken) is not { } userId)
        {
            await output.WriteLineAsync($"there is no user {name}");
            return 1;
        }
        await output.WriteLineAsync("new password:");
        var password = await Input.ReadLineAsync(cancellationToken) ?? "";
        if (Passwords.Problem(password) is { } problem)
        {
            await output.WriteLineAsync($"the password {problem}");
            return 1;
        }
        var end = new AccessEnd(
            userId,
            RevokedFor.PasswordChanged,
            !kept.Contains(KeepKeys),
            !kept.Contains(KeepFeeds),
            Running: false
        );
        await change.SetAsync(end, password, cancellationToken);
        await output.WriteLineAsync($"the password of {name} is set; every session has ended");
        return 0;
    }

    private async Task<long?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var normalised = Usernames.Normalise(name);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db
            .Users.Where(u => u.NormalisedName == normalised)
            .Select(u => (long?)u.Id)
            .SingleOrDefaultAsync(cancellationToken);
    }
}
