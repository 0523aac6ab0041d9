using Npgsql;
using SmartFlow.Platform.Data;
using static SmartFlow.TokenStore.Charging.LedgerParameters;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// What a fold changed, as the statements that write it: our own accounts last, so that they are locked shortest.
/// </summary>
internal static class PostgresLedgerWrites
{
    public static void Add(NpgsqlBatch batch, PostgresLedgerSql sql, LedgerState state)
    {
        var now = Of(UnixMicros.From(state.Now));
        if (state.NewAccounts.Count > 0)
            batch.Add(sql.InsertAccounts, Each(state.NewAccounts, id => id), Again(now));
        UpdateAccounts(batch, sql, state, now);
        InsertEntries(batch, sql, state, now);
        if (state.GoneHolds.Count > 0)
            batch.Add(sql.DeleteHolds, Each(state.GoneHolds, k => k.AccountId), Each(state.GoneHolds, k => k.EventId));
        PutHolds(batch, sql, state);
        AddRollups(batch, sql, state);
        AddRare(batch, sql, state, now);
        if (state.Legs.Count > 0)
            batch.Add(
                sql.WriteLegs,
                Each(state.Legs, l => l.Key),
                Each(state.Legs, l => l.Value),
                Of(state.BatchId),
                Again(now)
            );
    }

    private static void UpdateAccounts(
        NpgsqlBatch batch,
        PostgresLedgerSql sql,
        LedgerState state,
        NpgsqlParameter<long> now
    )
    {
        if (state.OldRevs.Count == 0)
            return;
        var changed = new CreditAccount[state.OldRevs.Count];
        var i = 0;
        foreach (var id in state.OldRevs.Keys)
            changed[i++] = state.Accounts[id];
        batch.Add(
            sql.UpdateAccounts,
            Each(changed, a => a.AccountId),
            Each(changed, a => state.OldRevs[a.AccountId]),
            Each(changed, a => a.PostedMicros),
            Each(changed, a => a.HeldMicros),
            Each(changed, a => a.Seq),
            Each(changed, a => a.Rev),
            Each(changed, a => a.RechargedMicros),
            Each(changed, a => a.RewardedMicros),
            Each(changed, a => a.ConsumedMicros),
            Again(now),
            Of(changed.Length)
        );
    }

    private static void InsertEntries(
        NpgsqlBatch batch,
        PostgresLedgerSql sql,
        LedgerState state,
        NpgsqlParameter<long> now
    )
    {
        var e = state.NewEntries;
        if (e.Count == 0)
            return;
        batch.Add(
            sql.InsertEntries,
            Each(e, x => x.AccountId),
            Each(e, x => x.Seq),
            Each(e, x => x.Kind),
            Each(e, x => x.EventId),
            Each(e, x => x.Source),
            Each(e, x => x.AmountMicros),
            Each(e, x => x.BalanceAfterMicros),
            Each(e, x => x.CounterAccountId),
            Each(e, x => x.Fingerprint),
            Each(e, x => x.OrderId),
            Each(e, x => x.Description),
            Each(e, x => x.MetadataJson),
            Each(e, x => x.Reverses),
            Of(state.BatchId),
            Again(now)
        );
    }

    private static void PutHolds(NpgsqlBatch batch, PostgresLedgerSql sql, LedgerState state)
    {
        if (state.PutHolds.Count == 0)
            return;
        var holds = new CreditHold[state.PutHolds.Count];
        var i = 0;
        foreach (var key in state.PutHolds)
            holds[i++] = state.Holds[key];
        batch.Add(
            sql.PutHolds,
            Each(holds, h => h.AccountId),
            Each(holds, h => h.EventId),
            Each(holds, h => h.AmountMicros),
            Each(holds, h => UnixMicros.From(h.CreatedAt)),
            Each(holds, h => UnixMicros.From(h.ExpiresAt))
        );
    }

    private static void AddRollups(NpgsqlBatch batch, PostgresLedgerSql sql, LedgerState state)
    {
        var c = state.Consumed;
        if (c.Count == 0)
            return;
        batch.Add(
            sql.AddRollups,
            Each(c, x => x.Key.AccountId),
            Each(c, x => x.Key.Of.Scene),
            Each(c, x => x.Key.Of.ProviderName),
            Each(c, x => x.Key.Of.ModelName),
            Each(c, x => x.Value.CreditMicros),
            Each(c, x => x.Value.Tokens),
            Each(c, x => x.Value.Calls),
            Of(state.Now.ToUnixTimeSeconds() / 3600)
        );
    }

    private static void AddRare(NpgsqlBatch batch, PostgresLedgerSql sql, LedgerState state, NpgsqlParameter<long> now)
    {
        var orders = state.CreditedOrders;
        if (orders.Count > 0)
            batch.Add(
                sql.CreditOrders,
                Each(orders, o => o.OrderId),
                Each(orders, o => UnixMicros.From(o.PaidAt!.Value)),
                Each(orders, o => o.PayKey!),
                Each(orders, o => o.MockChannel),
                Again(now),
                Of(orders.Count)
            );
        var days = state.ChangedRewardDays;
        if (days.Count > 0)
            batch.Add(
                sql.PutRewardDays,
                Each(days, d => d.AccountId),
                Each(days, d => d.Source),
                Each(days, d => d.Day),
                Each(days, d => state.RewardDays[d])
            );
        if (state.NewRejections.Count > 0)
        {
            // The one insert whose rows need not belong to a locked account: in one order everywhere, so that nobody
            // deadlocks.
            var refused = state.NewRejections.OrderBy(r => (r.AccountId, r.Kind, r.EventId)).ToArray();
            batch.Add(
                sql.InsertRejections,
                Each(refused, r => r.AccountId),
                Each(refused, r => r.Kind),
                Each(refused, r => r.EventId),
                Each(refused, r => r.Reason),
                Each(refused, r => r.Fingerprint),
                Again(now)
            );
        }
        var welcomes = state.NewWelcomes;
        if (welcomes.Count > 0)
            batch.Add(
                sql.InsertWelcomes,
                Each(welcomes, w => w.Subject),
                Each(welcomes, w => w.AccountId),
                Each(welcomes, w => w.Day),
                Each(welcomes, w => w.Network)
            );
    }

    /// <summary>A parameter belongs to one command.</summary>
    private static NpgsqlParameter<long> Again(NpgsqlParameter<long> parameter) => Of(parameter.TypedValue);
}
