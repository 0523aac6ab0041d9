using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Outbox;

/// <summary>The oldest rows of an outbox with their ids.</summary>
internal sealed record OutboxBatch(IReadOnlyList<long> Ids, IReadOnlyList<BusEvent> Events)
{
    public static readonly OutboxBatch None = new([], []);

    public int Count => Ids.Count;
}

/// <summary>Takes an outbox from its head, in raw SQL because every charge passes here.</summary>
internal sealed class OutboxQueue<TDb>(IServiceProvider services, IOptions<DataOptions> options) where TDb : ModuleDb
{
    private const string Head = "SELECT id, event_id, name, key, payload, traceparent, created_at FROM outbox_messages ORDER BY id LIMIT $1";

    /// <summary>Removes what the bus has acknowledged and reads what comes next. A loss of the removal only repeats events.</summary>
    public Task<OutboxBatch> NextAsync(OutboxBatch published, int limit, CancellationToken cancellationToken) =>
        options.Value.UsesPostgres ? NextOnPostgresAsync(published, limit, cancellationToken) : NextOnSqliteAsync(published, limit);

    private async Task<OutboxBatch> NextOnSqliteAsync(OutboxBatch published, int limit)
    {
        var writer = services.GetRequiredKeyedService<SqliteWriter>(typeof(TDb));
        var batch = await writer.RunAsync(
            sql =>
            {
                // One writer hands out ids in the order of commits: nothing unseen can lie between the first and the last.
                if (published.Count > 0)
                    sql.Run("DELETE FROM outbox_messages WHERE id BETWEEN $1 AND $2", published.Ids[0], published.Ids[^1]);
                using var rows = sql.Query(Head, limit);
                var next = (Ids: new List<long>(), Events: new List<BusEvent>());
                while (rows.Read()) Add(next, rows);
                return next.Ids.Count == 0 ? OutboxBatch.None : new OutboxBatch(next.Ids, next.Events);
            },
            Durability.Process);
        // What another database acts on must not be lost here by a power cut.
        if (batch.Count > 0) await writer.FlushedAsync();
        return batch;
    }

    private async Task<OutboxBatch> NextOnPostgresAsync(OutboxBatch published, int limit, CancellationToken cancellationToken)
    {
        await using var connection = await services.GetRequiredKeyedService<NpgsqlDataSource>(typeof(TDb)).OpenConnectionAsync(cancellationToken);
        if (published.Count > 0)
        {
            await using var delete = new NpgsqlCommand("DELETE FROM outbox_messages WHERE id = ANY($1)", connection);
            delete.Parameters.Add(new NpgsqlParameter { Value = published.Ids.ToArray() });
            await delete.ExecuteNonQueryAsync(cancellationToken);
        }
        await using var select = new NpgsqlCommand(Head, connection) { Parameters = { new NpgsqlParameter { Value = limit } } };
        await using var rows = await select.ExecuteReaderAsync(cancellationToken);
        var next = (Ids: new List<long>(), Events: new List<BusEvent>());
        while (await rows.ReadAsync(cancellationToken)) Add(next, rows);
        return new OutboxBatch(next.Ids, next.Events);
    }

    private static void Add((List<long> Ids, List<BusEvent> Events) batch, DbDataReader row)
    {
        batch.Ids.Add(row.GetInt64(0));
        batch.Events.Add(new BusEvent(
            row.GetString(1), row.GetString(2), row.GetString(3), (byte[])row.GetValue(4), row.GetString(5), UnixMicros.ToTime(row.GetInt64(6))));
    }
}
