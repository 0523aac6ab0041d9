using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Forum;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore.Rewards;

/// <summary>
/// Consumes forum.post.liked and forum.post.imported: rewards the author, never for what they did themselves, and once
/// per post and user, however often the post is liked again: the event id in the ledger is made of source, post and
/// user.
/// </summary>
internal sealed class RewardForumEvents(
    GrantReward grant,
    IWriter<TokenStoreDb> writer,
    IDbContextFactory<TokenStoreDb> databases,
    TimeProvider time
) : IConsumer
{
    public string Topic => Topics.Forum;

    public string Group => "smartflow-token-store-forum-consumer";

    public async Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    )
    {
        var outcomes = new string?[events.Count];
        var rewards = new List<(int Index, RewardEvent Reward)>(events.Count);
        for (var i = 0; i < outcomes.Length; i++)
        {
            try
            {
                if (Read(events[i]) is { } reward)
                    rewards.Add((i, reward));
            }
            catch (PoisonException e)
            {
                outcomes[i] = e.Message;
            }
        }
        await DropGoneAsync(rewards, cancellationToken);
        if (rewards.Count == 0)
            return outcomes;
        var decisions = await grant.HandleAsync([.. rewards.Select(r => r.Reward)], cancellationToken);
        for (var i = 0; i < decisions.Length; i++)
            outcomes[rewards[i].Index] = decisions[i].Outcome switch
            {
                LedgerOutcome.Applied or LedgerOutcome.Repeated => null,
                LedgerOutcome.NotFound => "The author has no account.",
                var other => $"The ledger answered {other}.",
            };
        return outcomes;
    }

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    /// <summary>Deleted accounts earn nothing more.</summary>
    private async Task DropGoneAsync(List<(int Index, RewardEvent Reward)> rewards, CancellationToken cancellationToken)
    {
        if (rewards.Count == 0)
            return;
        var authors = rewards.Select(r => (ulong)r.Reward.AccountId).Distinct().ToArray();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var gone = await db
            .GoneUsers.AsNoTracking()
            .Where(g => authors.Contains(g.UserId))
            .Select(g => g.UserId)
            .ToListAsync(cancellationToken);
        if (gone.Count > 0)
            rewards.RemoveAll(r => gone.Contains((ulong)r.Reward.AccountId));
    }

    /// <returns>Null: nobody is rewarded.</returns>
    private static RewardEvent? Read(BusEvent happened)
    {
        var source = happened.Name switch
        {
            EventNames.ForumPostLiked => ForumSources.Like,
            EventNames.ForumPostImported => ForumSources.Import,
            _ => null,
        };
        if (source is null)
            return null;
        var e = EventJson.Read<ForumPostRewarded>(happened.Payload);
        if (e.ActorUserId == e.AuthorUserId)
            return null;
        if (e.AuthorUserId is 0 or > long.MaxValue)
            throw new PoisonException("The author is out of range.");
        var post = e.PostId.ToString(CultureInfo.InvariantCulture);
        if (e.ActorUserId > long.MaxValue)
            throw new PoisonException("The one who did it is out of range.");
        return new(
            (long)e.AuthorUserId,
            string.Create(CultureInfo.InvariantCulture, $"{source}:{post}:{e.ActorUserId}"),
            source,
            post,
            (long)e.ActorUserId
        );
    }
}
