using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary>
/// <c>smartflow user grant-role NAME operator</c>: how the first operator is made, beside a running host. It adds one
/// row in a transaction of its own; a host that remembers the session knows of it within seconds.
/// </summary>
internal sealed class GrantRoleCommand(
    IWriter<UserAuthDb> writer,
    IEnumerable<IModuleDatabase> databases,
    DataFolder folder,
    IOptions<DataOptions> data
) : ICommand
{
    public string Name => "user grant-role";

    public string Usage => "<name> operator: gives a user a role";

    /// <summary>One row more is safe beside a host, so no lock is taken, and nothing is migrated.</summary>
    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments is not [var name, CurrentUser.OperatorRole])
        {
            await output.WriteLineAsync("smartflow user grant-role <name> operator");
            return 2;
        }
        if (!await IsThereAsync(cancellationToken))
        {
            await output.WriteLineAsync(
                "the users' database is not there, or not of this version: start the host once"
            );
            return 1;
        }
        var granted = await writer.WriteAsync(
            async (db, token) =>
            {
                var normalised = Usernames.Normalise(name);
                var user = await db
                    .Users.Include(u => u.Roles)
                    .SingleOrDefaultAsync(u => u.NormalisedName == normalised, token);
                if (user is null)
                    return false;
                if (user.Roles.All(r => r.Role != CurrentUser.OperatorRole))
                    user.Roles.Add(new UserRole { Role = CurrentUser.OperatorRole });
                await db.SaveChangesAsync(token);
                return true;
            },
            cancellationToken
        );
        await output.WriteLineAsync(granted ? $"{name} is an operator from now on" : $"there is no user {name}");
        return granted ? 0 : 1;
    }

    private async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        var own = databases.Single(d => d.Name == "userauth");
        // Looking would make an empty file.
        return (data.Value.UsesPostgres || File.Exists(folder.File(own.Name + ".db")))
            && (await own.PendingAsync(cancellationToken)).Count == 0;
    }
}
