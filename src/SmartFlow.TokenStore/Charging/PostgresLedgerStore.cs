using Npgsql;
using NpgsqlTypes;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// The hot path's SQL on PostgreSQL: two round trips a batch. Accounts are locked in ascending order before anything
/// is read, because waiting for a lock does not refresh a statement's own snapshot; system accounts come last.
/// </summary>
internal sealed class PostgresLedgerStore(NpgsqlDataSource source) : ILedgerStore
{
    private const int Attempts = 10;
    private readonly Lock batches = new();
    private long lastBatch;

    public async Task<LedgerState> RunAsync(LedgerNeeds needs, Action<LedgerState> fold)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await RunOnceAsync(needs, fold);
            }
            catch (PostgresException e) when (attempt < Attempts && WillPass(e))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 5 * attempt)));
            }
        }
    }

    private static bool WillPass(PostgresException e) =>
        e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.UniqueViolation;

    private async Task<LedgerState> RunOnceAsync(LedgerNeeds needs, Action<LedgerState> fold)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var state = await LoadAsync(connection, needs);
        fold(state);
        await WriteAsync(connection, state);
        await transaction.CommitAsync();
        return state;
    }

    private async Task<LedgerState> LoadAsync(NpgsqlConnection connection, LedgerNeeds needs)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add($"SET LOCAL synchronous_commit = {(needs.Durable ? "on" : "off")}");
        batch.Add($"SELECT {LedgerSql.AccountColumns} FROM credit_accounts WHERE account_id = ANY($1) ORDER BY account_id FOR NO KEY UPDATE",
            Bigints(needs.Accounts));
        batch.Add("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint");
        batch.Add("""
            SELECT k.a, k.k, k.e, coalesce(l.fingerprint, r.fingerprint), l.fingerprint IS NULL
            FROM unnest($1, $2, $3) AS k(a, k, e)
            LEFT JOIN credit_ledger l ON l.account_id = k.a AND l.kind = k.k AND l.event_id = k.e
            LEFT JOIN credit_rejections r ON r.account_id = k.a AND r.kind = k.k AND r.event_id = k.e
            WHERE l.fingerprint IS NOT NULL OR r.fingerprint IS NOT NULL
            """,
            Bigints(needs.Decisions.Select(k => k.AccountId)), Texts(needs.Decisions.Select(k => k.Kind)), Texts(needs.Decisions.Select(k => k.EventId)));
        batch.Add("""
            SELECT h.account_id, h.event_id, h.amount_micros, h.created_at, h.expires_at
            FROM unnest($1, $2) AS k(a, e) JOIN credit_holds h ON h.account_id = k.a AND h.event_id = k.e
            """,
            Bigints(needs.Holds.Select(k => k.AccountId)), Texts(needs.Holds.Select(k => k.EventId)));
        batch.Add($"SELECT {LedgerSql.OrderColumns} FROM credit_orders WHERE order_id = ANY($1) ORDER BY order_id FOR UPDATE", Bigints(needs.Orders));
        batch.Add("""
            SELECT o.user_id, o.pay_key, o.order_id, o.mock_channel
            FROM unnest($1, $2) AS k(u, k) JOIN credit_orders o ON o.user_id = k.u AND o.pay_key = k.k
            """,
            Bigints(needs.Payments.Select(p => p.AccountId)), Texts(needs.Payments.Select(p => p.PayKey)));
        batch.Add("""
            SELECT d.account_id, d.source, d.day, d.micros
            FROM unnest($1, $2, $3) AS k(a, s, d) JOIN credit_reward_days d ON d.account_id = k.a AND d.source = k.s AND d.day = k.d
            """,
            Bigints(needs.RewardDays.Select(d => d.AccountId)), Texts(needs.RewardDays.Select(d => d.Source)),
            Bigints(needs.RewardDays.Select(d => d.Day)));
        batch.Add("SELECT subject FROM credit_welcome_grants WHERE subject = ANY($1)", Texts(needs.WelcomeSubjects));
        batch.Add("SELECT count(*) FROM credit_welcome_grants WHERE day = extract(epoch FROM clock_timestamp())::bigint / 86400");
        await using var rows = await batch.ExecuteReaderAsync();
        return await ReadAsync(rows);
    }

    private async Task<LedgerState> ReadAsync(NpgsqlDataReader rows)
    {
        var accounts = new List<CreditAccount>();
        while (await rows.ReadAsync()) accounts.Add(LedgerSql.ReadAccount(rows));
        await rows.NextResultAsync();
        await rows.ReadAsync();
        var micros = rows.GetInt64(0);
        var state = new LedgerState { Now = UnixMicros.ToTime(micros), BatchId = NextBatch(micros) };
        foreach (var account in accounts) state.Accounts.Add(account.AccountId, account);
        await rows.NextResultAsync();
        while (await rows.ReadAsync())
        {
            var key = new ChargeKey(rows.GetInt64(0), rows.GetString(1), rows.GetString(2));
            state.Decisions[key] = rows.GetInt64(3);
            if (rows.GetBoolean(4)) state.Refused.Add(key);
        }
        await rows.NextResultAsync();
        while (await rows.ReadAsync())
        {
            var hold = LedgerSql.ReadHold(rows);
            state.Holds[new ChargeKey(hold.AccountId, Kinds.Call, hold.EventId)] = hold;
        }
        await rows.NextResultAsync();
        while (await rows.ReadAsync()) state.Orders[rows.GetInt64(0)] = LedgerSql.ReadOrder(rows);
        await rows.NextResultAsync();
        while (await rows.ReadAsync()) state.Payments[new(rows.GetInt64(0), rows.GetString(1))] = (rows.GetInt64(2), rows.GetString(3));
        await rows.NextResultAsync();
        while (await rows.ReadAsync())
            state.RewardDays[new(rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2))] = rows.GetInt64(3);
        await rows.NextResultAsync();
        while (await rows.ReadAsync()) state.WelcomedSubjects.Add(rows.GetString(0));
        await rows.NextResultAsync();
        await rows.ReadAsync();
        state.WelcomesToday = rows.GetInt64(0);
        return state;
    }

    private long NextBatch(long micros)
    {
        lock (batches) return lastBatch = Math.Max(lastBatch + 1, micros);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, LedgerState state)
    {
        await using var batch = new NpgsqlBatch(connection);
        var now = UnixMicros.From(state.Now);
        foreach (var id in state.NewAccounts) batch.Add(LedgerSql.InsertAccount, Bigint(id), Bigint(now));
        var update = UpdateAccounts(batch, state, now);
        InsertEntries(batch, state.NewEntries, now);
        if (state.GoneHolds.Count > 0)
            batch.Add("DELETE FROM credit_holds h USING unnest($1, $2) AS k(a, e) WHERE h.account_id = k.a AND h.event_id = k.e",
                Bigints(state.GoneHolds.Select(k => k.AccountId)), Texts(state.GoneHolds.Select(k => k.EventId)));
        PutHolds(batch, state);
        var hour = state.Now.ToUnixTimeSeconds() / 3600;
        foreach (var ((account, of), sum) in state.Consumed)
            batch.Add(LedgerSql.AddRollup, Bigint(account), Bigint(hour), Text(of.Scene), Text(of.ProviderName), Text(of.ModelName),
                Bigint(sum.CreditMicros), Bigint(sum.Tokens), Bigint(sum.Calls));
        foreach (var o in state.CreditedOrders)
            batch.Add(
                LedgerSql.CreditOrder, Bigint(o.OrderId), Bigint(UnixMicros.From(o.PaidAt!.Value)), Bigint(now), Text(o.PayKey!),
                Text(o.MockChannel));
        foreach (var day in state.ChangedRewardDays)
            batch.Add(LedgerSql.PutRewardDay, Bigint(day.AccountId), Text(day.Source), Bigint(day.Day), Bigint(state.RewardDays[day]));
        foreach (var r in state.NewRejections)
            batch.Add(LedgerSql.InsertRejection, Bigint(r.AccountId), Text(r.Kind), Text(r.EventId), Text(r.Reason), Bigint(r.Fingerprint), Bigint(now));
        foreach (var w in state.NewWelcomes) batch.Add(LedgerSql.InsertWelcome, Text(w.Subject), Bigint(w.AccountId), Bigint(w.Day));
        foreach (var (account, amount) in state.Legs) WriteLeg(batch, state, account, amount, now);
        if (batch.BatchCommands.Count == 0) return;
        await batch.ExecuteNonQueryAsync();
        if (update is not null && update.RecordsAffected != state.OldRevs.Count)
            throw new InvalidOperationException("An account changed outside its worker.");
    }

    private static NpgsqlBatchCommand? UpdateAccounts(NpgsqlBatch batch, LedgerState state, long now)
    {
        if (state.OldRevs.Count == 0) return null;
        var changed = state.OldRevs.Keys.Order().Select(id => state.Accounts[id]).ToList();
        return batch.Add("""
            UPDATE credit_accounts a SET posted_micros = n.posted, held_micros = n.held, seq = n.seq, rev = n.rev,
                recharged_micros = n.recharged, rewarded_micros = n.rewarded, consumed_micros = n.consumed, updated_at = $10
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS n(id, old_rev, posted, held, seq, rev, recharged, rewarded, consumed)
            WHERE a.account_id = n.id AND a.rev = n.old_rev
            """,
            Bigints(changed.Select(a => a.AccountId)), Bigints(changed.Select(a => state.OldRevs[a.AccountId])),
            Bigints(changed.Select(a => a.PostedMicros)), Bigints(changed.Select(a => a.HeldMicros)), Bigints(changed.Select(a => a.Seq)),
            Bigints(changed.Select(a => a.Rev)), Bigints(changed.Select(a => a.RechargedMicros)),
            Bigints(changed.Select(a => a.RewardedMicros)), Bigints(changed.Select(a => a.ConsumedMicros)), Bigint(now));
    }

    private static void InsertEntries(NpgsqlBatch batch, List<LedgerEntry> entries, long now)
    {
        if (entries.Count == 0) return;
        batch.Add($"""
            INSERT INTO credit_ledger ({LedgerSql.EntryColumns})
            SELECT *, $15 FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """,
            Bigints(entries.Select(e => e.AccountId)), Bigints(entries.Select(e => e.Seq)), Texts(entries.Select(e => e.Kind)),
            Texts(entries.Select(e => e.EventId)), Texts(entries.Select(e => e.Source)), Bigints(entries.Select(e => e.AmountMicros)),
            Bigints(entries.Select(e => e.BalanceAfterMicros)), Bigints(entries.Select(e => e.CounterAccountId)),
            Bigints(entries.Select(e => e.BatchId)), Bigints(entries.Select(e => e.Fingerprint)),
            NullableBigints(entries.Select(e => e.OrderId)), Texts(entries.Select(e => e.Description)),
            Texts(entries.Select(e => e.MetadataJson)), NullableBigints(entries.Select(e => e.Reverses)), Bigint(now));
    }

    private static void PutHolds(NpgsqlBatch batch, LedgerState state)
    {
        if (state.PutHolds.Count == 0) return;
        var holds = state.PutHolds.Select(k => state.Holds[k]).ToList();
        batch.Add($"""
            INSERT INTO credit_holds ({LedgerSql.HoldColumns}) SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (account_id, event_id) DO UPDATE SET
                amount_micros = excluded.amount_micros, created_at = excluded.created_at, expires_at = excluded.expires_at
            """,
            Bigints(holds.Select(h => h.AccountId)), Texts(holds.Select(h => h.EventId)), Bigints(holds.Select(h => h.AmountMicros)),
            Bigints(holds.Select(h => UnixMicros.From(h.CreatedAt))), Bigints(holds.Select(h => UnixMicros.From(h.ExpiresAt))));
    }

    private static void WriteLeg(NpgsqlBatch batch, LedgerState state, long account, long amount, long now) =>
        batch.Add($"""
            WITH moved AS ({LedgerSql.MoveSystemAccount})
            INSERT INTO credit_ledger ({LedgerSql.EntryColumns})
            SELECT $1, seq, '{Kinds.System}', 'batch:' || seq, 'batch', $2, posted_micros, 0, $4, 0, NULL, '', '{"{}"}', NULL, $3 FROM moved
            """,
            Bigint(account), Bigint(amount), Bigint(now), Bigint(state.BatchId));

    private static NpgsqlParameter Bigint(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    private static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Bigints(IEnumerable<long> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter NullableBigints(IEnumerable<long?> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    private static NpgsqlParameter Texts(IEnumerable<string> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };
}

internal static class BatchBuilding
{
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
        return command;
    }
}
