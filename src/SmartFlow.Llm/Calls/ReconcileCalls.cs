using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Every charged call has exactly one ledger row of the same amount, the other way round, and no hold outlives its
/// call.
/// </summary>
internal sealed class ReconcileCalls(IDbContextFactory<LlmDb> factory, ICreditLedger ledger) : IReconciliation
{
    private const int PageSize = 5_000;

    public string Name => "calls";

    public async IAsyncEnumerable<Finding> CheckAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var finding in UnchargedAsync(cancellationToken))
            yield return finding;
        await foreach (var finding in UnknownChargesAsync(cancellationToken))
            yield return finding;
        await foreach (var finding in LostHoldsAsync(cancellationToken))
            yield return finding;
    }

    private async IAsyncEnumerable<Finding> UnchargedAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var after = 0L; ; )
        {
            // The outbox is read before the ledger: a charge that is delivered in between is found in the ledger.
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            var last = after;
            var calls = await db
                .Calls.AsNoTracking()
                .Where(c =>
                    c.Id > last && !c.SkipCharge && (c.State == CallState.Finished || c.State == CallState.Settled)
                )
                .OrderBy(c => c.Id)
                .Take(PageSize)
                .Select(c => new
                {
                    c.Id,
                    c.UserId,
                    c.EventId,
                    c.CreditMicros,
                })
                .ToListAsync(cancellationToken);
            if (calls.Count == 0)
                yield break;
            after = calls[^1].Id;
            var pending = await db
                .Outbox.AsNoTracking()
                .Where(m => m.Name == EventNames.CreditChargeRequested)
                .Select(m => m.EventId)
                .ToHashSetAsync(cancellationToken);
            var request = new FindChargesRequest();
            request.Keys.AddRange(calls.Select(c => new CallKey { UserId = (ulong)c.UserId, EventId = c.EventId }));
            var charges = (await ledger.FindChargesAsync(request, cancellationToken)).Items.ToDictionary(
                i => (i.Key.UserId, i.Key.EventId),
                i => i.CreditMicros
            );
            foreach (var c in calls)
                if (!charges.TryGetValue(((ulong)c.UserId, c.EventId), out var charged))
                    yield return new Finding(
                        "call charged once",
                        $"user {c.UserId}, call {c.EventId}: {c.CreditMicros} micro-credits are not in the ledger",
                        pending.Contains(CallKeys.ChargeEvent(c.UserId, c.EventId))
                    );
                else if (charged != c.CreditMicros)
                    yield return new Finding(
                        "call charged once",
                        $"user {c.UserId}, call {c.EventId}: journal {c.CreditMicros}, ledger {charged}"
                    );
        }
    }

    private async IAsyncEnumerable<Finding> UnknownChargesAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        for (var after = 0UL; ; )
        {
            var page = await ledger.ListChargesAsync(
                new ListChargesRequest { AfterTransactionId = after, Limit = PageSize },
                cancellationToken
            );
            if (page.Items.Count == 0)
                yield break;
            after = page.Items[^1].TransactionId;
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            foreach (var ofUser in page.Items.GroupBy(i => i.Key.UserId))
            foreach (var some in ofUser.Chunk(500))
            {
                var user = (long)ofUser.Key;
                var ids = some.Select(i => i.Key.EventId).ToList();
                var known = await db
                    .Calls.AsNoTracking()
                    .Where(c =>
                        c.UserId == user
                        && ids.Contains(c.EventId)
                        && (c.State == CallState.Finished || c.State == CallState.Settled)
                    )
                    .Select(c => c.EventId)
                    .ToHashSetAsync(cancellationToken);
                foreach (var charge in some.Where(i => !known.Contains(i.Key.EventId)))
                    yield return new Finding(
                        "charge has its call",
                        $"user {user}, transaction {charge.TransactionId}: the call {charge.Key.EventId} did not finish"
                    );
            }
        }
    }

    private async IAsyncEnumerable<Finding> LostHoldsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (CallKey? after = null; ; )
        {
            var page = await ledger.ListHoldsAsync(
                new ListHoldsRequest { After = after, Limit = PageSize },
                cancellationToken
            );
            if (page.Items.Count == 0)
                yield break;
            after = page.Items[^1].Key;
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            foreach (var hold in page.Items)
            {
                var user = (long)hold.Key.UserId;
                var state = await db
                    .Calls.AsNoTracking()
                    .Where(c => c.UserId == user && c.EventId == hold.Key.EventId)
                    .Select(c => c.State)
                    .FirstOrDefaultAsync(cancellationToken);
                if (state is CallState.Started or CallState.Sent or CallState.Suspense)
                    continue;
                var id = CallKeys.ChargeEvent(user, hold.Key.EventId);
                var pending = await db.Outbox.AnyAsync(m => m.EventId == id, cancellationToken);
                yield return new Finding(
                    "no hold outlives its call",
                    $"user {user}, call {hold.Key.EventId}: {hold.AmountMicros} micro-credits are held; the call is {state ?? "unknown"}",
                    pending
                );
            }
        }
    }
}
