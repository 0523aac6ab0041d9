using Npgsql;

namespace SmartFlow.Tests.Faults;

/// <summary>The ledger and what is still on its way to it, read past the program.</summary>
internal sealed class ClusterBooks(Func<NpgsqlConnection> open)
{
    private static readonly string[] Schemas = ["llm", "userauth", "tokenstore"];

    /// <summary>Charges by event id, in micro-credits, with when they were booked.</summary>
    public async Task<ILookup<string, (long Micros, DateTimeOffset At)>> ChargesAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT event_id, -amount_micros, created_at FROM tokenstore.credit_ledger WHERE kind = 'call'", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var charges = new List<(string Key, long Micros, DateTimeOffset At)>();
        while (await rows.ReadAsync())
            charges.Add((rows.GetString(0), rows.GetInt64(1), DateTimeOffset.UnixEpoch.AddTicks(rows.GetInt64(2) * 10)));
        return charges.ToLookup(c => c.Key, c => (c.Micros, c.At), StringComparer.Ordinal);
    }

    /// <summary>Accounts of users below zero: how many, and how far in all.</summary>
    public async Task<(int Accounts, long Micros)> BelowZeroAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(
            "SELECT count(*)::int, coalesce(-sum(posted_micros), 0)::bigint FROM tokenstore.credit_accounts WHERE account_id > 0 AND posted_micros < 0",
            connection);
        await using var rows = await command.ExecuteReaderAsync();
        await rows.ReadAsync();
        return (rows.GetInt32(0), rows.GetInt64(1));
    }

    /// <summary>Nothing is held, no call runs and no event waits.</summary>
    public async Task<bool> AtRestAsync()
    {
        try
        {
            await using var connection = await OpenAsync();
            await using var command = new NpgsqlCommand(
                "SELECT (SELECT count(*) FROM tokenstore.credit_holds) "
                + string.Concat(Schemas.Select(s => $"+ (SELECT count(*) FROM {s}.outbox_messages) "))
                + "+ (SELECT count(*) FROM llm.llm_calls WHERE state IN ('started', 'sent', 'suspense'))",
                connection);
            return (long)(await command.ExecuteScalarAsync())! == 0;
        }
        catch (NpgsqlException)
        {
            // The server is the fault.
            return false;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = open();
        await connection.OpenAsync();
        return connection;
    }
}
