namespace SmartFlow.Contracts.UserData;

/// <summary>
/// Everything that a module keeps of a user: the methods of the services of userdata.proto, one for each module.
/// Refusals: unavailable, before the first piece or at any later one.
/// </summary>
/// <typeparam name="TModule">Whose part: one of <see cref="UserDataOf"/>.</typeparam>
public interface IUserData<TModule>
    where TModule : UserDataOf
{
    /// <summary>At least one piece for each section, all pieces of a section in a row.</summary>
    IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken);
}

/// <summary>The modules that keep something of users, as names of their parts.</summary>
public abstract class UserDataOf
{
    private UserDataOf() { }

    public sealed class Planner : UserDataOf;

    public sealed class Agent : UserDataOf;

    public sealed class Memory : UserDataOf;

    public sealed class ActiveScheduler : UserDataOf;

    public sealed class Notification : UserDataOf;

    public sealed class Forum : UserDataOf;

    public sealed class Llm : UserDataOf;

    public sealed class TokenStore : UserDataOf;
}
