using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary><c>smartflow user grant-role NAME operator</c>: how the first operator is made. In force with the next request.</summary>
internal sealed class GrantRoleCommand(IWriter<UserAuthDb> writer) : ICommand
{
    public string Name => "user grant-role";

    public string Usage => "<name> operator: gives a user a role";

    public bool Writes => true;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments is not [var name, CurrentUser.OperatorRole])
        {
            await output.WriteLineAsync("smartflow user grant-role <name> operator");
            return 2;
        }
        var granted = await writer.WriteAsync(
            async (db, token) =>
            {
                var normalised = Usernames.Normalise(name);
                var user = await db.Users.Include(u => u.Roles).SingleOrDefaultAsync(u => u.NormalisedName == normalised, token);
                if (user is null) return false;
                if (user.Roles.All(r => r.Role != CurrentUser.OperatorRole))
                    user.Roles.Add(new UserRole { Role = CurrentUser.OperatorRole });
                await db.SaveChangesAsync(token);
                return true;
            },
            cancellationToken);
        await output.WriteLineAsync(granted ? $"{name} is an operator from now on" : $"there is no user {name}");
        return granted ? 0 : 1;
    }
}
