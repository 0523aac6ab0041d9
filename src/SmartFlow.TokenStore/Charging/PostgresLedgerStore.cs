using Npgsql;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// The hot path on PostgreSQL: two round trips a batch. The first locks, in one order everywhere (opening, accounts
/// ascending, orders, a free shard of our own accounts, for which nobody waits), and reads; the second writes and
/// commits.
/// </summary>
/// <param name="source">Connections as <see cref="LedgerConnections"/> opens them.</param>
/// <param name="sql">The statements; tests alter them to see that a defect is noticed.</param>
/// <param name="reach">Called at the named fault points.</param>
/// <param name="silence">Gives up on a silent server; null: the statements' own time-outs do.</param>
internal sealed class PostgresLedgerStore(
    NpgsqlDataSource source,
    PostgresLedgerSql? sql = null,
    Action<string>? reach = null,
    ServerSilence? silence = null
) : ILedgerStore
{
    private readonly PostgresLedgerSql sql = sql ?? new();
    private readonly Action<string> reach = reach ?? FaultPoint.Reach;

    public Task<LedgerState> RunAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold) =>
        silence is null ? TryAsync(needs, shard, fold) : silence.GiveUpAsync(() => TryAsync(needs, shard, fold));

    private async Task<LedgerState> TryAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold)
    {
        await using var connection = await source.OpenConnectionAsync();
        try
        {
            var state = await LoadAsync(connection, needs, shard);
            reach("ledger.locked");
            fold(state);
            await using var batch = new NpgsqlBatch(connection);
            PostgresLedgerWrites.Add(batch, sql, state);
            batch.Add("COMMIT");
            await batch.ExecuteNonQueryAsync();
            return state;
        }
        catch
        {
            await RollBackAsync(connection);
            throw;
        }
    }

    private async Task<LedgerState> LoadAsync(NpgsqlConnection connection, LedgerNeeds needs, int shard)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Add("BEGIN ISOLATION LEVEL READ COMMITTED");
        if (!needs.Durable)
            batch.Add("SET LOCAL synchronous_commit = off");
        if (needs.WelcomeSubjects.Count > 0)
            batch.Add(sql.LockOpening);
        batch.Add(sql.LockAccounts, Of([.. needs.Accounts]));
        batch.Add(needs.Durable ? sql.ClockAndShard : sql.Clock, needs.Durable ? [Of(shard)] : []);
        if (needs.Decisions.Count > 0)
            batch.Add(
                sql.Decisions,
                Each(needs.Decisions, k => k.AccountId),
                Each(needs.Decisions, k => k.Kind),
                Each(needs.Decisions, k => k.EventId)
            );
        if (needs.Holds.Count > 0)
            batch.Add(sql.Holds, Each(needs.Holds, k => k.AccountId), Each(needs.Holds, k => k.EventId));
        if (needs.Orders.Count > 0)
            batch.Add(sql.LockOrders, Of([.. needs.Orders]));
        if (needs.Payments.Count > 0)
            batch.Add(sql.Payments, Each(needs.Payments, p => p.AccountId), Each(needs.Payments, p => p.PayKey));
        if (needs.RewardDays.Count > 0)
            batch.Add(
                sql.RewardDays,
                Each(needs.RewardDays, d => d.AccountId),
                Each(needs.RewardDays, d => d.Source),
                Each(needs.RewardDays, d => d.Day)
            );
        if (needs.WelcomeSubjects.Count > 0)
        {
            batch.Add(sql.Welcomes, Each(needs.WelcomeSubjects, s => s));
            batch.Add(sql.WelcomesOfDay);
            batch.Add(sql.WelcomesOfNetworks, Each(needs.WelcomeNetworks, n => n));
        }
        await using var rows = await batch.ExecuteReaderAsync();
        return await ReadAsync(rows, needs);
    }

    /// <summary>The results in the order of the statements above.</summary>
    private static async Task<LedgerState> ReadAsync(NpgsqlDataReader rows, LedgerNeeds needs)
    {
        if (needs.WelcomeSubjects.Count > 0)
            await rows.NextResultAsync();
        var accounts = new List<CreditAccount>(needs.Accounts.Count);
        while (await rows.ReadAsync())
            accounts.Add(LedgerSql.ReadAccount(rows));
        await rows.NextResultAsync();
        await rows.ReadAsync();
        var state = new LedgerState
        {
            Now = UnixMicros.ToTime(rows.GetInt64(0)),
            Epoch = rows.GetInt64(1),
            BatchId = rows.GetInt64(2),
            Shard = rows.GetInt32(3),
        };
        foreach (var account in accounts)
            state.Accounts.Add(account.AccountId, account);
        if (needs.Decisions.Count > 0)
        {
            await rows.NextResultAsync();
            while (await rows.ReadAsync())
                state.Know(
                    new ChargeKey(rows.GetInt64(0), rows.GetString(1), rows.GetString(2)),
                    rows.GetInt64(3),
                    rows.GetString(4)
                );
        }
        if (needs.Holds.Count > 0)
        {
            await rows.NextResultAsync();
            while (await rows.ReadAsync())
            {
                var hold = LedgerSql.ReadHold(rows);
                state.Holds[new ChargeKey(hold.AccountId, Kinds.Call, hold.EventId)] = hold;
            }
        }
        if (needs.Orders.Count + needs.Payments.Count + needs.RewardDays.Count + needs.WelcomeSubjects.Count > 0)
            await ReadRareAsync(rows, needs, state);
        return state;
    }

    private static async Task ReadRareAsync(NpgsqlDataReader rows, LedgerNeeds needs, LedgerState state)
    {
        if (needs.Orders.Count > 0)
        {
            await rows.NextResultAsync();
            while (await rows.ReadAsync())
                state.Orders[rows.GetInt64(0)] = LedgerSql.ReadOrder(rows);
        }
        if (needs.Payments.Count > 0)
        {
            await rows.NextResultAsync();
            while (await rows.ReadAsync())
                state.Payments[new(rows.GetInt64(0), rows.GetString(1))] = (rows.GetInt64(2), rows.GetString(3));
        }
        if (needs.RewardDays.Count > 0)
        {
            await rows.NextResultAsync();
            while (await rows.ReadAsync())
                state.RewardDays[new(rows.GetInt64(0), rows.GetString(1), rows.GetInt64(2))] = rows.GetInt64(3);
        }
        if (needs.WelcomeSubjects.Count == 0)
            return;
        await rows.NextResultAsync();
        while (await rows.ReadAsync())
            state.WelcomedSubjects.Add(rows.GetString(0));
        await rows.NextResultAsync();
        await rows.ReadAsync();
        state.WelcomesToday = rows.GetInt64(0);
        await rows.NextResultAsync();
        while (await rows.ReadAsync())
            state.WelcomesOfNetworks.Add(rows.GetString(0), rows.GetInt64(1));
    }

    /// <summary>The connection goes back to its pool without a transaction, or not at all.</summary>
    private static async Task RollBackAsync(NpgsqlConnection connection)
    {
        if (connection.FullState != System.Data.ConnectionState.Open)
            return;
        try
        {
            await using var command = new NpgsqlCommand("ROLLBACK", connection);
            await command.ExecuteNonQueryAsync();
        }
        catch (NpgsqlException)
        {
            // It broke; the server rolls back by itself.
        }
    }

    private static NpgsqlParameter<long[]> Of(long[] values) => new() { TypedValue = values };

    private static NpgsqlParameter<int> Of(int value) => new() { TypedValue = value };

    private static NpgsqlParameter<T[]> Each<TItem, T>(HashSet<TItem> items, Func<TItem, T> of) =>
        LedgerParameters.Each(items, of);
}
