using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>What every module gives to an export, in the order of the file, hosted here or elsewhere alike.</summary>
internal sealed class ExportParts(
    OwnData own,
    IUserData<UserDataOf.Planner> planner,
    IUserData<UserDataOf.Agent> agent,
    IUserData<UserDataOf.Memory> memory,
    IUserData<UserDataOf.ActiveScheduler> scheduler,
    IUserData<UserDataOf.Notification> notification,
    IUserData<UserDataOf.Forum> forum,
    IUserData<UserDataOf.Llm> llm,
    IUserData<UserDataOf.TokenStore> store
)
{
    private readonly (
        string Name,
        Func<ExportRequest, CancellationToken, IAsyncEnumerable<ExportPiece>> Read
    )[] parts =
    [
        ("user_auth", own.ExportAsync),
        ("planner", planner.ExportAsync),
        ("agent", agent.ExportAsync),
        ("memory", memory.ExportAsync),
        ("active_scheduler", scheduler.ExportAsync),
        ("notification", notification.ExportAsync),
        ("forum", forum.ExportAsync),
        ("llm", llm.ExportAsync),
        ("token_store", store.ExportAsync),
    ];

    /// <summary>Each part stands at its first piece.</summary>
    /// <exception cref="RefusedException">unavailable: a module is away; the message names it.</exception>
    public async Task<OpenExport> OpenAsync(ExportRequest request, CancellationToken cancellationToken)
    {
        var opened = new OpenExport();
        try
        {
            foreach (var (name, read) in parts)
            {
                var pieces = read(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
                try
                {
                    if (!await pieces.MoveNextAsync())
                        throw new InvalidOperationException($"{name} has no sections.");
                    opened.Parts.Add((name, pieces));
                }
                catch (RefusedException e) when (e.IsAbsentModule())
                {
                    await pieces.DisposeAsync();
                    opened.Absent.Add(name);
                }
                catch
                {
                    await pieces.DisposeAsync();
                    throw;
                }
            }
            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }
}

/// <summary>An export that may begin.</summary>
internal sealed class OpenExport : IAsyncDisposable
{
    public List<(string Name, IAsyncEnumerator<ExportPiece> Pieces)> Parts { get; } = [];

    /// <summary>Modules that this installation does without.</summary>
    public List<string> Absent { get; } = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, pieces) in Parts)
            await pieces.DisposeAsync();
    }
}
