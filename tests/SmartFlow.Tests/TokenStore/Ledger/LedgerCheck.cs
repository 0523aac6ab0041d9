using System.Data.Common;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.TokenStore.Ledger;

/// <summary>Compares a whole, small database with the model, and checks the identities that need none.</summary>
internal static class LedgerCheck
{
    private sealed record Row(
        long Account,
        long Seq,
        string Kind,
        string EventId,
        long Amount,
        long After,
        long Batch,
        long Transaction
    );

    /// <param name="seen">The state and version of each account so far: another state has a higher version.</param>
    public static async Task CheckAsync(
        DbConnection connection,
        LedgerModel model,
        Dictionary<long, (string State, long Rev)> seen
    )
    {
        var accounts = await AccountsAsync(connection);
        var rows = await ReadAsync(
            connection,
            "SELECT account_id, seq, kind, event_id, amount_micros, balance_after_micros, batch_id, transaction_id FROM credit_ledger ORDER BY account_id, seq",
            r => new Row(
                r.GetInt64(0),
                r.GetInt64(1),
                r.GetString(2),
                r.GetString(3),
                r.GetInt64(4),
                r.GetInt64(5),
                r.GetInt64(6),
                r.GetInt64(7)
            )
        );
        accounts.Keys.Where(id => id > 0).ShouldBe(model.Accounts.Keys, ignoreOrder: true);
        foreach (var (id, account) in accounts)
            CheckChain(account, [.. rows.Where(r => r.Account == id)], model, seen);
        accounts.Values.Aggregate((Int128)0, (sum, a) => sum + a.PostedMicros).ShouldBe(0, "all accounts");
        foreach (var batch in rows.GroupBy(r => r.Batch))
            batch.Aggregate((Int128)0, (sum, r) => sum + r.Amount).ShouldBe(0, "a batch");
        rows.Select(r => r.Account).Except(accounts.Keys).ShouldBeEmpty();
        await CheckHoldsAsync(connection, model);
        await CheckRefusalsAsync(connection, model);
        await CheckRollupsAsync(connection, model);
        await CheckOrdersAsync(connection, model);
    }

    public static async Task<Dictionary<long, CreditAccount>> AccountsAsync(DbConnection connection) =>
        (
            await ReadAsync(
                connection,
                $"SELECT {LedgerSql.AccountColumns} FROM credit_accounts",
                LedgerSql.ReadAccount
            )
        ).ToDictionary(a => a.AccountId);

    private static void CheckChain(
        CreditAccount account,
        Row[] rows,
        LedgerModel model,
        Dictionary<long, (string State, long Rev)> seen
    )
    {
        rows.Select(r => r.Seq)
            .ShouldBe(Enumerable.Range(1, rows.Length).Select(i => (long)i), "the sequence is gapless");
        account.Seq.ShouldBe(rows.Length);
        var running = 0L;
        foreach (var row in rows)
            row.After.ShouldBe(running += row.Amount, "balance_after");
        account.PostedMicros.ShouldBe(running, "posted");
        rows.Select(r => r.Transaction).ShouldBeInOrder(SortDirection.Ascending);
        if (account.AccountId < 0)
            return;
        var expected = model.Accounts[account.AccountId];
        rows.Select(r => (r.Kind, r.EventId, r.Amount)).ShouldBe(expected.Entries);
        account.HeldMicros.ShouldBe(expected.Held);
        ((Int128)account.RechargedMicros).ShouldBe(expected.Total("order"));
        ((Int128)account.RewardedMicros).ShouldBe(expected.Total("grant", "reward", "adjust"));
        ((Int128)account.ConsumedMicros).ShouldBe(-expected.Total("call", "refund"));
        var state = $"{account.PostedMicros} {account.HeldMicros} {account.Seq}";
        if (seen.TryGetValue(account.AccountId, out var before))
            (state == before.State ? account.Rev >= before.Rev : account.Rev > before.Rev).ShouldBeTrue(
                "a change raises the version"
            );
        seen[account.AccountId] = (state, account.Rev);
    }

    private static async Task CheckHoldsAsync(DbConnection connection, LedgerModel model) =>
        (
            await ReadAsync(connection, "SELECT account_id, event_id, amount_micros FROM credit_holds", r =>
                (r.GetInt64(0), r.GetString(1), r.GetInt64(2))
            )
        ).ShouldBe(
            model.Accounts.SelectMany(a => a.Value.Holds.Select(h => (a.Key, h.Key, h.Value.Amount))),
            ignoreOrder: true
        );

    private static async Task CheckRefusalsAsync(DbConnection connection, LedgerModel model) =>
        (
            await ReadAsync(connection, "SELECT account_id, kind, event_id, reason FROM credit_rejections", r =>
                (r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3))
            )
        ).ShouldBe(
            model
                .Decided.Where(d => d.Value.Refused.Length > 0)
                .Select(d => (d.Key.Account, d.Key.Kind, d.Key.EventId, d.Value.Refused)),
            ignoreOrder: true
        );

    private static async Task CheckRollupsAsync(DbConnection connection, LedgerModel model)
    {
        var rollups = await ReadAsync(connection, "SELECT account_id, credit_micros, calls FROM credit_rollups", r =>
            (Id: r.GetInt64(0), Micros: r.GetInt64(1), Calls: r.GetInt64(2))
        );
        rollups
            .GroupBy(r => r.Id)
            .Select(g => (g.Key, g.Aggregate((Int128)0, (sum, r) => sum + r.Micros), g.Sum(r => r.Calls)))
            .ShouldBe(model.Consumed.Select(c => (c.Key, c.Value.Micros, c.Value.Calls)), ignoreOrder: true);
    }

    private static async Task CheckOrdersAsync(DbConnection connection, LedgerModel model) =>
        (
            await ReadAsync(connection, "SELECT order_id FROM credit_orders WHERE status = 'credited'", r =>
                r.GetInt64(0)
            )
        ).ShouldBe(model.Orders.Where(o => o.Value.Paid).Select(o => o.Key), ignoreOrder: true);

    public static async Task<List<T>> ReadAsync<T>(DbConnection connection, string sql, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var rows = await command.ExecuteReaderAsync();
        var list = new List<T>();
        while (await rows.ReadAsync())
            list.Add(read(rows));
        return list;
    }
}
