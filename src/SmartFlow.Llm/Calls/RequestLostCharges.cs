using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Backup;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// After a restore: a charge that was with the broker at the moment of the back-up stands in no outbox any more and in
/// no ledger yet. Every ended call whose charge the restored ledger lacks puts it into the outbox again; where it
/// arrives twice the ledger's key makes it one.
/// </summary>
internal sealed class RequestLostCharges(
    IDbContextFactory<LlmDb> factory,
    IWriter<LlmDb> writer,
    ICreditLedger ledger,
    TimeProvider time
) : IRestoreStep
{
    private const int PageSize = 5_000;

    /// <summary>After the modules' own repairs: it asks the ledger.</summary>
    public int Order => 100;

    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var requested = 0;
        for (var after = 0L; ; )
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            var last = after;
            var calls = await db
                .Calls.AsNoTracking()
                .Where(c =>
                    c.Id > last && !c.SkipCharge && (c.State == CallState.Finished || c.State == CallState.Settled)
                )
                .OrderBy(c => c.Id)
                .Take(PageSize)
                .ToListAsync(cancellationToken);
            if (calls.Count == 0)
                return $"llm: {requested} charges that the ledger lacks are due again";
            after = calls[^1].Id;
            var keys = new FindChargesRequest();
            keys.Keys.AddRange(calls.Select(Ending.KeyOf));
            var charged = (await ledger.FindChargesAsync(keys, cancellationToken)).Items.Select(i => i.Key).ToHashSet();
            var waiting = await db
                .Outbox.AsNoTracking()
                .Where(m => m.Name == EventNames.CreditChargeRequested)
                .Select(m => m.EventId)
                .ToHashSetAsync(cancellationToken);
            var lost = calls
                .Where(c =>
                    !charged.Contains(Ending.KeyOf(c)) && !waiting.Contains(CallKeys.ChargeEvent(c.UserId, c.EventId))
                )
                .ToList();
            requested += lost.Count;
            if (lost.Count > 0)
                await writer.SaveAsync((d, _) => PublishAsync(d, lost), cancellationToken);
        }
    }

    private Task PublishAsync(LlmDb db, List<LlmCall> lost)
    {
        foreach (var call in lost)
            db.Publish(
                CallKeys.ChargeEvent(call.UserId, call.EventId),
                EventNames.CreditChargeRequested,
                (ulong)call.UserId,
                Ending.ChargeOf(call),
                time.GetUtcNow()
            );
        return Task.CompletedTask;
    }
}
