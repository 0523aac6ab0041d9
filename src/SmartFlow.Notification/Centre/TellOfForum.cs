using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Forum;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Notification.Centre;

/// <summary>
/// Consumes forum.post.liked, .imported and .commented: authors hear of it once, and never of what they did themselves.
/// </summary>
internal sealed class TellOfForum(Tell tell, IWriter<NotificationDb> writer, TimeProvider time) : IConsumer
{
    public string Topic => Topics.Forum;

    public string Group => "smartflow-notification-taskclass-forum-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            Whom(happened) is var (user, actor) && user != actor
                ? tell.TellAsync([happened.Told(user) with { By = actor }], cancellationToken)
                : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private static (ulong User, ulong Actor)? Whom(BusEvent happened)
    {
        if (happened.Name is EventNames.ForumPostLiked or EventNames.ForumPostImported)
        {
            var rewarded = EventJson.Read<ForumPostRewarded>(happened.Payload);
            return (rewarded.AuthorUserId, rewarded.ActorUserId);
        }
        if (happened.Name != EventNames.ForumPostCommented)
            return null;
        var commented = EventJson.Read<ForumPostCommented>(happened.Payload);
        return (commented.UserId, commented.ActorUserId);
    }
}
