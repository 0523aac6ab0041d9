using System.Data.Common;
using System.Text.Json;
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

    /// <summary>Nothing that is left in the outbox lies between its first and its last row.</summary>
    public bool IsWhole { get; init; } = true;

    /// <summary>Without the rows of these events, which stay in the outbox.</summary>
    public OutboxBatch Without(IReadOnlySet<string> eventIds)
    {
        if (eventIds.Count == 0)
            return this;
        var kept = Enumerable.Range(0, Count).Where(i => !eventIds.Contains(Events[i].EventId)).ToArray();
        return new([.. kept.Select(i => Ids[i])], [.. kept.Select(i => Events[i])]) { IsWhole = false };
    }
}

/// <summary>Takes an outbox from its head, in raw SQL because every charge passes here.</summary>
internal sealed class OutboxQueue<TDb>(IServiceProvider services, OutboxLease<TDb> lease, IOptions<DataOptions> options)
    where TDb : ModuleDb
{
    private const string Columns =
        "SELECT id, event_id, name, key, payload, traceparent, created_at FROM outbox_messages";
    private const string Head = $"{Columns} ORDER BY id LIMIT $1";
    private const string HeadOnPostgres = $"{Columns} WHERE key <> ALL($2) ORDER BY id LIMIT $1";
    private const string HeadOnSqlite =
        $"{Columns} WHERE key NOT IN (SELECT value FROM json_each($2)) ORDER BY id LIMIT $1";
    private const string DeleteOnSqlite = "DELETE FROM outbox_messages WHERE id IN (SELECT value FROM json_each($1))";

    /// <summary>
    /// Removes what the bus has acknowledged and reads what comes next. A loss of the removal only repeats events.
    /// </summary>
    /// <param name="published">What is removed.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="aside">Keys whose events have to wait.</param>
    /// <param name="cancellationToken">The program ends.</param>
    public Task<OutboxBatch> NextAsync(
        OutboxBatch published,
        int limit,
        IReadOnlyCollection<string> aside,
        CancellationToken cancellationToken
    ) =>
        options.Value.UsesPostgres
            ? NextOnPostgresAsync(published, limit, aside, cancellationToken)
            : NextOnSqliteAsync(published, limit, aside);

    private async Task<OutboxBatch> NextOnSqliteAsync(
        OutboxBatch published,
        int limit,
        IReadOnlyCollection<string> aside
    )
    {
        var writer = services.GetRequiredKeyedService<SqliteWriter>(typeof(TDb));
        var batch = await writer.RunAsync(
            sql =>
            {
                // One writer hands out ids in the order of commits: nothing unseen can lie between the first and the
                // last.
                if (published is { Count: > 0, IsWhole: true })
                    sql.Run(
                        "DELETE FROM outbox_messages WHERE id BETWEEN $1 AND $2",
                        published.Ids[0],
                        published.Ids[^1]
                    );
                else if (published.Count > 0)
                    sql.Run(DeleteOnSqlite, JsonSerializer.Serialize(published.Ids));
                using var rows =
                    aside.Count == 0
                        ? sql.Query(Head, limit)
                        : sql.Query(HeadOnSqlite, limit, JsonSerializer.Serialize(aside));
                var next = (Ids: new List<long>(), Events: new List<BusEvent>());
                while (rows.Read())
                    Add(next, rows);
                return next.Ids.Count == 0
                    ? OutboxBatch.None
                    : new OutboxBatch(next.Ids, next.Events) { IsWhole = aside.Count == 0 };
            },
            Durability.Process
        );
        // What another database acts on must not be lost here by a power cut.
        if (batch.Count > 0)
            await writer.FlushedAsync();
        return batch;
    }

    private async Task<OutboxBatch> NextOnPostgresAsync(
        OutboxBatch published,
        int limit,
        IReadOnlyCollection<string> aside,
        CancellationToken cancellationToken
    )
    {
        // One round trip and one transaction; the removal returns no rows.
        await using var batch = new NpgsqlBatch(lease.Session);
        if (published.Count > 0)
            batch.BatchCommands.Add(
                new("DELETE FROM outbox_messages WHERE id = ANY($1)")
                {
                    Parameters = { new() { Value = published.Ids.ToArray() } },
                }
            );
        var select = new NpgsqlBatchCommand(aside.Count == 0 ? Head : HeadOnPostgres)
        {
            Parameters = { new() { Value = limit } },
        };
        if (aside.Count > 0)
            select.Parameters.Add(new NpgsqlParameter { Value = aside.ToArray() });
        batch.BatchCommands.Add(select);
        await using var rows = await batch.ExecuteReaderAsync(cancellationToken);
        var next = (Ids: new List<long>(), Events: new List<BusEvent>());
        while (await rows.ReadAsync(cancellationToken))
            Add(next, rows);
        lease.Heard();
        return new OutboxBatch(next.Ids, next.Events);
    }

    private static void Add((List<long> Ids, List<BusEvent> Events) batch, DbDataReader row)
    {
        batch.Ids.Add(row.GetInt64(0));
        batch.Events.Add(
            new BusEvent(
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                (byte[])row.GetValue(4),
                row.GetString(5),
                UnixMicros.ToTime(row.GetInt64(6))
            )
        );
    }
}
