using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Forum.Authors;

/// <summary>
/// Consumes user.renamed: what the user wrote stands under the new name, or somebody else who takes the old one would pass for its
/// author. The name is asked for, so that a repeat that comes late brings back no old one. Consumes user.deleted: what the user wrote stays without their name, because others answered it; what they did (likes,
/// imports, reports) goes, and the counters with it. Handling one twice changes nothing more.
/// </summary>
internal sealed class FollowUsers(IWriter<ForumDb> writer, IUserAuth users, TimeProvider time) : IConsumer
{
    public string Topic => Topics.UserAuth;

    public string Group => "smartflow-taskclass-forum-user-auth-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(IReadOnlyList<BusEvent> events, CancellationToken cancellationToken) =>
        events.OneByOneAsync(happened => FollowAsync(happened, cancellationToken));

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private Task FollowAsync(BusEvent happened, CancellationToken cancellationToken)
    {
        switch (happened.Name)
        {
            case EventNames.UserRenamed:
                return RenameAsync(InRange(EventJson.Read<UserRenamed>(happened.Payload).UserId), cancellationToken);
            case EventNames.UserDeleted:
                var user = InRange(EventJson.Read<UserDeleted>(happened.Payload).UserId);
                return writer.WriteAsync((db, token) => ForgetAsync(db, user, token), cancellationToken);
            default:
                return Task.CompletedTask;
        }
    }

    private static ulong InRange(ulong userId) =>
        userId is 0 or > long.MaxValue ? throw new PoisonException("The user is out of range.") : userId;

    /// <summary>Only of somebody who has written here.</summary>
    private async Task RenameAsync(ulong user, CancellationToken cancellationToken)
    {
        var request = new GetUsersRequest();
        request.UserIds.Add(user);
        var found = await users.GetUsersAsync(request, cancellationToken);
        if (found.Items.Count == 0) return;
        var (name, now) = (found.Items[0].DisplayName, time.GetUtcNow());
        await writer.WriteAsync(
            (db, token) => db.Members.Where(m => m.UserId == user && m.Name != name).ExecuteUpdateAsync(
                s => s.SetProperty(m => m.Name, name).SetProperty(m => m.UpdatedAt, now), token),
            cancellationToken);
    }

    private static async Task<int> ForgetAsync(ForumDb db, ulong user, CancellationToken cancellationToken)
    {
        var likes = db.Likes.Where(l => l.UserId == user);
        await db.Posts.Where(p => likes.Any(l => l.PostId == p.Id && l.Liked))
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.LikeCount, p => p.LikeCount - 1), cancellationToken);
        await likes.ExecuteDeleteAsync(cancellationToken);
        var imports = db.Imports.Where(i => i.UserId == user);
        await db.Posts.Where(p => imports.Any(i => i.PostId == p.Id && i.ImportedAt != null))
            .ExecuteUpdateAsync(s => s.SetProperty(p => p.ImportCount, p => p.ImportCount - 1), cancellationToken);
        await imports.ExecuteDeleteAsync(cancellationToken);
        await db.Reports.Where(r => r.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Comments.Where(c => c.AuthorId == user).ExecuteUpdateAsync(s => s.SetProperty(c => c.AuthorId, 0ul), cancellationToken);
        await db.Posts.Where(p => p.AuthorId == user).ExecuteUpdateAsync(
            s => s.SetProperty(p => p.AuthorId, 0ul).SetProperty(p => p.TaskClassId, 0ul).SetProperty(p => p.PlanHash, (byte[]?)null),
            cancellationToken);
        return await db.Members.Where(m => m.UserId == user).ExecuteDeleteAsync(cancellationToken);
    }
}
