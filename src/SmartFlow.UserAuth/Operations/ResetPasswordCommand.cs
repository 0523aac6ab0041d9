using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary><c>smartflow user reset-password NAME</c>: takes the new password from standard input, never from the arguments.</summary>
internal sealed class ResetPasswordCommand(IDbContextFactory<UserAuthDb> factory, ChangePassword change) : ICommand
{
    public string Name => "user reset-password";

    public string Usage => "<name>: sets the password that standard input holds, and ends the user's sessions";

    public bool Writes => true;

    internal TextReader Input { get; set; } = Console.In;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments is not [var name])
        {
            await output.WriteLineAsync("smartflow user reset-password <name>, with the new password on standard input");
            return 2;
        }
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
        await change.SetAsync(userId, password, keptSession: "", cancellationToken);
        await output.WriteLineAsync($"the password of {name} is set; every session has ended");
        return 0;
    }

    private async Task<long?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var normalised = Usernames.Normalise(name);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Users.Where(u => u.NormalisedName == normalised).Select(u => (long?)u.Id).SingleOrDefaultAsync(cancellationToken);
    }
}
