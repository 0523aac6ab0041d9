using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Forum.Authors;

/// <summary>
/// Consumes user.renamed: what the user wrote stands under the new name, or somebody else who takes the old one would
/// pass for its author. The name is asked for, so that a repeat that comes late brings back no old one.
/// </summary>
internal sealed class FollowUsers(IWriter<ForumDb> writer, IUserAuth users, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-taskclass-forum-user-auth-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name == EventNames.UserRenamed
                ? RenameAsync(InRange(EventJson.Read<UserRenamed>(happened.Payload).UserId), cancellationToken)
                : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private static ulong InRange(ulong userId) =>
        userId is 0 or > long.MaxValue ? throw new PoisonException("The user is out of range.") : userId;

    /// <summary>Only of somebody who has written here.</summary>
    private async Task RenameAsync(ulong user, CancellationToken cancellationToken)
    {
        var request = new GetUsersRequest();
        request.UserIds.Add(user);
        var found = await users.GetUsersAsync(request, cancellationToken);
        if (found.Items.Count == 0)
            return;
        var (name, now) = (found.Items[0].DisplayName, time.GetUtcNow());
        await writer.WriteAsync(
            (db, token) =>
                db
                    .Members.Where(m => m.UserId == user && m.Name != name)
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(m => m.Name, name).SetProperty(m => m.UpdatedAt, now),
                        token
                    ),
            cancellationToken
        );
    }
}
