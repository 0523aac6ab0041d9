using Npgsql;
using SmartFlow.TokenStore.Reconcile;

namespace SmartFlow.Tests.Faults;

/// <summary>The ledger and what is still on its way to it, read past the program.</summary>
internal sealed class ClusterBooks(Func<NpgsqlConnection> open)
{
    private const string Inverted = """
        SELECT account_id, seq, 'number', transaction_id, before FROM (
            SELECT account_id, seq, transaction_id, lag(transaction_id) OVER (PARTITION BY account_id ORDER BY seq) AS before FROM credit_ledger) n
        WHERE transaction_id < before LIMIT $1
        """;

    private static readonly string[] Schemas = ["llm", "userauth", "tokenstore"];

    /// <summary>Charges by event id, in micro-credits, with when they were booked.</summary>
    public async Task<ILookup<string, (long Micros, DateTimeOffset At)>> ChargesAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT event_id, -amount_micros, created_at FROM tokenstore.credit_ledger WHERE kind = 'call'",
            connection
        );
        await using var rows = await command.ExecuteReaderAsync();
        var charges = new List<(string Key, long Micros, DateTimeOffset At)>();
        while (await rows.ReadAsync())
            charges.Add(
                (rows.GetString(0), rows.GetInt64(1), DateTimeOffset.UnixEpoch.AddTicks(rows.GetInt64(2) * 10))
            );
        return charges.ToLookup(c => c.Key, c => (c.Micros, c.At), StringComparer.Ordinal);
    }

    /// <summary>Accounts of users below zero: how many, and how far in all.</summary>
    public async Task<(int Accounts, long Micros)> BelowZeroAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*)::int, coalesce(-sum(posted_micros), 0)::bigint FROM tokenstore.credit_accounts WHERE account_id > 0 AND posted_micros < 0",
            connection
        );
        await using var rows = await command.ExecuteReaderAsync();
        await rows.ReadAsync();
        return (rows.GetInt32(0), rows.GetInt64(1));
    }

    /// <summary>
    /// Each identity of the ledger that does not hold, and each pair of an account's entries whose numbers are not in
    /// their order.
    /// </summary>
    public async Task<IReadOnlyList<string>> WrongAsync()
    {
        await using var connection = await OpenAsync();
        await using (var schema = new NpgsqlCommand("SET search_path = tokenstore", connection))
            await schema.ExecuteNonQueryAsync();
        var wrong = new List<string>();
        foreach (var (check, sql) in LedgerAudit.Checks.Append(("the numbers of an account's entries rise", Inverted)))
        {
            await using var command = ReadOnlyLedger.Command(connection, null, sql, 5);
            await using var rows = await command.ExecuteReaderAsync();
            while (await rows.ReadAsync())
                wrong.Add(
                    $"{check}: account {rows.GetInt64(0)}, sequence {rows.GetInt64(1)}, {rows.GetString(2)} {rows.GetInt64(3)}, should be {rows.GetInt64(4)}"
                );
        }
        return wrong;
    }

    /// <summary>Transactions that waited for each other until the server ended one, since it was started.</summary>
    public async Task<long> DeadlocksAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand("SELECT sum(deadlocks)::bigint FROM pg_stat_database", connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>What is held, runs or waits, e.g. "2 holds"; empty: nothing.</summary>
    public async Task<string> UnrestAsync()
    {
        try
        {
            await using var connection = await OpenAsync();
            await using var command = new NpgsqlCommand(
                "SELECT concat_ws(', ', (SELECT count(*) || ' holds (' || string_agg(event_id || ' ' || coalesce((SELECT c.state || '/' || c.outcome FROM llm.llm_calls c WHERE c.event_id = h.event_id), 'no call') || coalesce((SELECT ' charged ' || l.created_at - h.created_at FROM tokenstore.credit_ledger l WHERE l.account_id = h.account_id AND l.kind = 'call' AND l.event_id = h.event_id), ' not charged'), '; ') || ')' FROM tokenstore.credit_holds h HAVING count(*) > 0), "
                    + string.Concat(
                        Schemas.Select(s =>
                            $"(SELECT count(*) || ' events of {s}' FROM {s}.outbox_messages HAVING count(*) > 0), "
                        )
                    )
                    + "(SELECT count(*) || ' calls, the first ' || min(state || ' ' || event_id) FROM llm.llm_calls WHERE state IN ('started', 'sent', 'suspense') HAVING count(*) > 0))",
                connection
            );
            return (string)(await command.ExecuteScalarAsync())!;
        }
        catch (NpgsqlException e)
        {
            // The server is the fault.
            return e.Message;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = open();
        await connection.OpenAsync();
        return connection;
    }
}
