using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Operations;

/// <summary>
/// <c>smartflow user disable NAME</c>, <c>user enable NAME</c> and <c>user revoke-role NAME operator</c>, with words of
/// a reason after them: what the operators' page does, by whoever owns the machine.
/// </summary>
internal sealed class UserStandingCommand(string verb, IDbContextFactory<UserAuthDb> factory, UserStanding standing)
    : ICommand
{
    public const string Disable = "disable";
    public const string Enable = "enable";
    public const string RevokeRole = "revoke-role";
    private static readonly Operator Machine = new(0, "command line", "");

    public string Name => "user " + verb;

    public string Usage =>
        verb switch
        {
            Disable => "<name> [reason]: keeps a user out and ends sessions, API keys and feeds",
            Enable => "<name> [reason]: lets a user in again",
            _ => "<name> operator [reason]: takes a role back",
        };

    public bool Writes => true;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        var words = verb == RevokeRole ? 2 : 1;
        if (arguments.Count < words || (verb == RevokeRole && arguments[1] != CurrentUser.OperatorRole))
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
        try
        {
            await ActAsync(userId, string.Join(' ', arguments.Skip(words)), cancellationToken);
        }
        catch (RefusedException refused)
        {
            await output.WriteLineAsync(refused.Message);
            return 1;
        }
        await output.WriteLineAsync(
            verb switch
            {
                Disable => $"{name} is disabled; sessions, API keys and feeds have ended",
                Enable => $"{name} may sign in again",
                _ => $"{name} is no operator any more",
            }
        );
        return 0;
    }

    private Task<UserStandingView> ActAsync(long userId, string reason, CancellationToken cancellationToken) =>
        verb switch
        {
            Disable => standing.DisableAsync(userId, Machine, reason, cancellationToken),
            Enable => standing.EnableAsync(userId, Machine, reason, cancellationToken),
            _ => standing.RevokeOperatorAsync(userId, Machine, reason, cancellationToken),
        };

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
