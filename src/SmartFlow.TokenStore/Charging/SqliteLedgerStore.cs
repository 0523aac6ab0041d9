using System.Globalization;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;

namespace SmartFlow.TokenStore.Charging;

/// <summary>The hot path's SQL on SQLite: prepared statements on the file's one writer connection.</summary>
/// <param name="reach">Called at the named fault points.</param>
internal sealed class SqliteLedgerStore(SqliteWriter writer, TimeProvider time, Action<string>? reach = null)
    : ILedgerStore
{
    private readonly Action<string> reach = reach ?? FaultPoint.Reach;
    private long lastBatch;
    private long? epoch;

    public Task<LedgerState> RunAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold) =>
        writer.RunAsync(
            sql =>
            {
                var now = time.GetUtcNow();
                var state = new LedgerState
                {
                    Now = now,
                    Epoch = EpochOf(sql),
                    BatchId = NextBatch(sql, now),
                    Shard = 0,
                };
                Load(sql, needs, state);
                reach("ledger.locked");
                fold(state);
                Write(sql, state);
                reach("ledger.written");
                return state;
            },
            needs.Durable ? Durability.PowerLoss : Durability.Process,
            continueHere: true
        );

    /// <summary>Above every number so far, whatever the clock says after a restart.</summary>
    private long NextBatch(SqliteStatements sql, DateTimeOffset now)
    {
        if (lastBatch == 0)
        {
            using var row = sql.Query(LedgerSql.LastBatch);
            if (row.Read())
                lastBatch = row.GetInt64(0);
        }
        return lastBatch = Math.Max(lastBatch + 1, UnixMicros.From(now));
    }

    /// <summary>Nobody else has the file while this process has it.</summary>
    private long EpochOf(SqliteStatements sql)
    {
        if (epoch is { } known)
            return known;
        using var row = sql.Query(LedgerSql.Epoch);
        return (epoch = row.Read() ? row.GetInt64(0) : 0).Value;
    }

    private static void Load(SqliteStatements sql, LedgerNeeds needs, LedgerState state)
    {
        foreach (var id in needs.Accounts)
        {
            using var row = sql.Query(LedgerSql.Account, id);
            if (row.Read())
                state.Accounts.Add(id, LedgerSql.ReadAccount(row));
        }
        foreach (var key in needs.Decisions)
        {
            using var row = sql.Query(LedgerSql.Decision, key.AccountId, key.Kind, key.EventId);
            if (!row.Read())
                continue;
            state.Know(key, row.GetInt64(0), row.GetString(1));
        }
        foreach (var key in needs.Holds)
        {
            using var row = sql.Query(LedgerSql.Hold, key.AccountId, key.EventId);
            if (row.Read())
                state.Holds.Add(key, LedgerSql.ReadHold(row));
        }
        foreach (var id in needs.Orders)
        {
            using var row = sql.Query(LedgerSql.Order, id);
            if (row.Read())
                state.Orders.Add(id, LedgerSql.ReadOrder(row));
        }
        foreach (var payment in needs.Payments)
        {
            using var row = sql.Query(LedgerSql.Payment, payment.AccountId, payment.PayKey);
            if (row.Read())
                state.Payments.Add(payment, (row.GetInt64(0), row.GetString(1)));
        }
        foreach (var day in needs.RewardDays)
        {
            using var row = sql.Query(LedgerSql.RewardDay, day.AccountId, day.Source, day.Day);
            if (row.Read())
                state.RewardDays.Add(day, row.GetInt64(0));
        }
        if (needs.WelcomeSubjects.Count == 0)
            return;
        foreach (var subject in needs.WelcomeSubjects)
        {
            using var row = sql.Query(LedgerSql.Welcome, subject);
            if (row.Read())
                state.WelcomedSubjects.Add(subject);
        }
        using var count = sql.Query(LedgerSql.WelcomesOfDay, state.Now.ToUnixTimeSeconds() / 86_400);
        count.Read();
        state.WelcomesToday = count.GetInt64(0);
        foreach (var network in needs.WelcomeNetworks)
        {
            using var row = sql.Query(LedgerSql.WelcomesOfNetwork, network);
            row.Read();
            state.WelcomesOfNetworks.Add(network, row.GetInt64(0));
        }
    }

    private static void Write(SqliteStatements sql, LedgerState state)
    {
        var now = UnixMicros.From(state.Now);
        foreach (var id in state.NewAccounts)
            sql.Run(LedgerSql.InsertAccount, id, now);
        foreach (var (id, oldRev) in state.OldRevs)
        {
            var a = state.Accounts[id];
            RunOne(
                sql,
                LedgerSql.UpdateAccount,
                id,
                oldRev,
                a.PostedMicros,
                a.HeldMicros,
                a.Seq,
                a.Rev,
                a.RechargedMicros,
                a.RewardedMicros,
                a.ConsumedMicros,
                now
            );
        }
        foreach (var e in state.NewEntries)
            sql.Run(
                LedgerSql.InsertEntry,
                e.AccountId,
                e.Seq,
                e.Kind,
                e.EventId,
                e.Source,
                e.AmountMicros,
                e.BalanceAfterMicros,
                e.CounterAccountId,
                e.BatchId,
                e.Fingerprint,
                e.OrderId,
                e.Description,
                e.MetadataJson,
                e.Reverses,
                now
            );
        foreach (var key in state.GoneHolds)
            sql.Run(LedgerSql.DeleteHold, key.AccountId, key.EventId);
        foreach (var key in state.PutHolds)
        {
            var h = state.Holds[key];
            sql.Run(
                LedgerSql.PutHold,
                h.AccountId,
                h.EventId,
                h.AmountMicros,
                UnixMicros.From(h.CreatedAt),
                UnixMicros.From(h.ExpiresAt)
            );
        }
        var hour = state.Now.ToUnixTimeSeconds() / 3600;
        foreach (var ((account, of), sum) in state.Consumed)
            sql.Run(
                LedgerSql.AddRollup,
                account,
                hour,
                of.Scene,
                of.ProviderName,
                of.ModelName,
                sum.CreditMicros,
                sum.Tokens,
                sum.Calls
            );
        foreach (var o in state.CreditedOrders)
            RunOne(
                sql,
                LedgerSql.CreditOrder,
                o.OrderId,
                UnixMicros.From(o.PaidAt!.Value),
                now,
                o.PayKey,
                o.MockChannel
            );
        foreach (var day in state.ChangedRewardDays)
            sql.Run(LedgerSql.PutRewardDay, day.AccountId, day.Source, day.Day, state.RewardDays[day]);
        foreach (var r in state.NewRejections)
            sql.Run(LedgerSql.InsertRejection, r.AccountId, r.Kind, r.EventId, r.Reason, r.Fingerprint, now);
        foreach (var w in state.NewWelcomes)
            sql.Run(LedgerSql.InsertWelcome, w.Subject, w.AccountId, w.Day, w.Network);
        foreach (var (account, amount) in state.Legs)
            WriteLeg(sql, state, account, amount, now);
    }

    /// <summary>The other side of the whole batch, last, so that it is locked for the shortest time.</summary>
    private static void WriteLeg(SqliteStatements sql, LedgerState state, long account, long amount, long now)
    {
        long posted = amount,
            seq = 1;
        using (var row = sql.Query(LedgerSql.Account, account))
        {
            if (row.Read())
            {
                var before = LedgerSql.ReadAccount(row);
                // Added here: SQLite would turn a sum beyond 64 bits into a floating-point number.
                (posted, seq) = (checked(before.PostedMicros + amount), before.Seq + 1);
            }
        }
        if (seq == 1)
            sql.Run(LedgerSql.EnsureAccount, account, now);
        RunOne(sql, LedgerSql.MoveSystemAccount, account, posted, seq, now);
        sql.Run(
            LedgerSql.InsertEntry,
            account,
            seq,
            Kinds.System,
            "batch:" + seq.ToString(CultureInfo.InvariantCulture),
            "batch",
            amount,
            posted,
            0L,
            state.BatchId,
            0L,
            SqlValue.Null,
            "",
            "{}",
            SqlValue.Null,
            now
        );
    }

    private static void RunOne(SqliteStatements sql, string statement, params ReadOnlySpan<SqlValue> values)
    {
        if (sql.Run(statement, values) != 1)
            throw new InvalidOperationException("A row of the ledger changed outside its worker.");
    }
}
