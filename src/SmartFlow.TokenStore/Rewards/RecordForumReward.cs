using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.TokenStore.Rewards;

/// <summary>
/// RecordForumRewardGrant: rewards an author once per event. A repeat gets the grant of the first time, also where that
/// was skipped. Refusals: invalid_argument, not_found (no account), key_reused (the event id belongs to another
/// reward).
/// </summary>
internal sealed class RecordForumReward(GrantReward grant, IDbContextFactory<TokenStoreDb> databases)
{
    private const int MaxRefLength = 200;

    public async Task<GrantView> HandleAsync(
        ulong receiver,
        string eventId,
        string source,
        string sourceRefId,
        Language language,
        CancellationToken cancellationToken
    )
    {
        if (EventKey.Problem(eventId, ownScene: true) is { } problem)
            throw RefusedException.Field("event_id", problem);
        if (source is not (ForumSources.Like or ForumSources.Import))
            throw RefusedException.Field("source", $"must be {ForumSources.Like} or {ForumSources.Import}");
        CallerText.Check("source_ref_id", sourceRefId, MaxRefLength);
        var account = AccountId.Of(receiver, "receiver_user_id");
        var decisions = await grant.HandleAsync([new(account, eventId, source, sourceRefId)], cancellationToken);
        return decisions[0].Outcome switch
        {
            LedgerOutcome.Applied or LedgerOutcome.Repeated => await ReadAsync(
                account,
                eventId,
                language,
                cancellationToken
            ),
            LedgerOutcome.Conflict => throw new RefusedException(
                ErrorCodes.KeyReused,
                "This event id belongs to another reward."
            ),
            LedgerOutcome.NotFound => throw RefusedException.NotFound("account"),
            var other => throw new InvalidOperationException($"The ledger answered {other} to the reward {eventId}."),
        };
    }

    private async Task<GrantView> ReadAsync(
        long account,
        string eventId,
        Language language,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return GrantView.Of(
            await db
                .Ledger.AsNoTracking()
                .SingleAsync(
                    l => l.AccountId == account && l.Kind == Kinds.Reward && l.EventId == eventId,
                    cancellationToken
                ),
            language
        );
    }
}
