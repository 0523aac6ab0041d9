using System.Data.Common;
using System.Globalization;
using SmartFlow.Contracts.Events;
using SmartFlow.Llm.Limits;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// The journal's hot path: one transaction a batch, on SQLite and PostgreSQL with the same SQL. Every step names the
/// owner under which it knows the row: one that another process has taken over is no longer changed. An end that lets
/// the key be used again names the row's beginning too: written late it must not end the repeat that has begun
/// meanwhile.
/// </summary>
internal sealed class JournalStore(IWriter<LlmDb> writer, TimeProvider time)
{
    private const string Columns = """
        id, user_id, event_id, request_hash, scene, request_id, conversation_id, model_alias, skip_charge, stream, state, owner,
        candidates, candidate, text_bytes, messages, images, output_limit, hold_micros, started_at, outcome, attempts, credit_micros,
        cost_micro_yuan, input_tokens, output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, estimated,
        api_key_id, counted, counted_tokens
        """;

    private const string Insert = """
        INSERT INTO llm_calls (user_id, event_id, request_hash, scene, request_id, conversation_id, model_alias, skip_charge, stream,
            state, owner, candidates, candidate, text_bytes, messages, images, output_limit, hold_micros, outcome, input_tokens,
            output_tokens, cached_tokens, cache_write_tokens, reasoning_tokens, estimated, cost_micro_yuan, credit_micros, attempts,
            started_at, api_key_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'started', $10, $11, 0, $12, $13, $14, $15, $16, '', 0, 0, 0, 0, 0, $18, 0, 0, '[]', $17, $19)
        ON CONFLICT (user_id, event_id) DO NOTHING
        """;

    private const string Existing = $"SELECT {Columns} FROM llm_calls WHERE user_id = $1 AND event_id = $2";

    private const string Restart = """
        UPDATE llm_calls SET state = 'started', owner = $2, stream = $3, candidates = $4, output_limit = $5, hold_micros = $6,
            started_at = $7, scene = $8, api_key_id = $9, counted = $10, counted_tokens = $11, sent_at = NULL, suspense_until = NULL, finished_at = NULL, candidate = 0
        WHERE id = $1 AND state IN ('failed', 'suspense')
        """;

    private const string SetCounted = "UPDATE llm_calls SET counted = $2, counted_tokens = $3 WHERE id = $1";

    private const string MarkSent = """
        UPDATE llm_calls SET state = 'sent', candidate = $2, sent_at = coalesce(sent_at, $3) WHERE id = $1 AND owner = $4 AND state IN ('started', 'sent')
        """;

    private const string End = """
        UPDATE llm_calls SET state = $2, outcome = $3, input_tokens = $4, output_tokens = $5, cached_tokens = $6,
            cache_write_tokens = $7, reasoning_tokens = $8, estimated = $9, cost_micro_yuan = $10, credit_micros = $11, attempts = $12,
            first_token_at = $13, finished_at = $14, candidate = $15, suspense_until = NULL
        WHERE id = $1 AND owner = $16 AND state IN ('started', 'sent', 'suspense')
        """;

    private const string KeepResult = """
        INSERT INTO llm_results (call_id, body, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (call_id) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at
        """;

    private const string Publish = """
        INSERT INTO outbox_messages (event_id, name, key, payload, traceparent, created_at) VALUES ($1, $2, $3, $4, $5, $6)
        """;

    /// <summary>The three of above in one, as PostgreSQL can.</summary>
    private const string FinishAtOnce = $"""
        WITH ended AS ({End} RETURNING id),
        kept AS (
            INSERT INTO llm_results (call_id, body, expires_at) SELECT id, $17::bytea, $18 FROM ended WHERE $17::bytea IS NOT NULL
            ON CONFLICT (call_id) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at),
        published AS (
            INSERT INTO outbox_messages (event_id, name, key, payload, traceparent, created_at)
            SELECT $19, $20, $21, $22::bytea, $23, $24 FROM ended WHERE $22::bytea IS NOT NULL)
        SELECT id FROM ended
        """;

    private const string MarkFailed = """
        UPDATE llm_calls SET state = 'failed', outcome = $2, attempts = $3, finished_at = $4
        WHERE id = $1 AND owner = $5 AND started_at = $6 AND state IN ('started', 'sent')
        """;

    private const string MarkSuspense = """
        UPDATE llm_calls SET state = 'suspense', suspense_until = $2
        WHERE id = $1 AND owner = $3 AND started_at = $4 AND state IN ('started', 'sent')
        """;

    private const string Delete = "DELETE FROM llm_calls WHERE id = $1 AND owner = $2 AND state = 'started'";

    /// <summary>The result of command i stands at i.</summary>
    public Task<IReadOnlyList<JournalResult>> RunAsync(IReadOnlyList<JournalCommand> commands)
    {
        var durability = commands.Any(c => c is Finish) ? Durability.PowerLoss : Durability.Process;
        return writer is PostgresDbWriter<LlmDb> postgres && !LimitCounts.Count(commands)
            ? RunAtOnceAsync(postgres, commands, durability)
            : RunInTurnAsync(commands, durability);
    }

    private Task<IReadOnlyList<JournalResult>> RunInTurnAsync(
        IReadOnlyList<JournalCommand> commands,
        Durability durability
    ) => writer.RunAsync(sql => ApplyAsync(sql, commands), durability, CancellationToken.None);

    private async ValueTask<IReadOnlyList<JournalResult>> ApplyAsync(
        Statements sql,
        IReadOnlyList<JournalCommand> commands
    )
    {
        var now = UnixMicros.From(time.GetUtcNow());
        var results = new JournalResult[commands.Count];
        var counts = await LimitCounts.LoadAsync(sql, commands, rowLocks: sql is PostgresStatements);
        for (var i = 0; i < results.Length; i++)
        {
            var before = counts is null ? null : await counts.StateBeforeAsync(sql, commands[i]);
            results[i] = commands[i] switch
            {
                Start c => await StartAsync(sql, c, counts),
                Finish c => await FinishAsync(sql, c, now),
                var c => await ChangeAsync(sql, c, now),
            };
            if (before is not null)
                counts!.End(commands[i], before);
        }
        if (counts is not null)
            await counts.SaveAsync(sql);
        return results;
    }

    /// <summary>
    /// Each command one statement, and all of them one transaction in one round trip. A start whose key is taken has
    /// changed nothing by that and is looked at in a transaction of its own; if that fails, it fails alone: the others
    /// are written.
    /// </summary>
    private async Task<IReadOnlyList<JournalResult>> RunAtOnceAsync(
        PostgresDbWriter<LlmDb> postgres,
        IReadOnlyList<JournalCommand> commands,
        Durability durability
    )
    {
        var now = UnixMicros.From(time.GetUtcNow());
        var done = await postgres.RunAtOnceAsync([.. commands.Select(c => AtOnce(c, now))], durability);
        var results = new JournalResult[commands.Count];
        for (var i = 0; i < results.Length; i++)
            results[i] = commands[i] switch
            {
                Start s when done[i] is null => await TakenAsync(s),
                Start => new JournalResult(done[i]!.Value),
                Finish f when done[i] is null => new JournalResult(f.Call.Id, f.Call),
                var c => new JournalResult(c.CallId, Changed: done[i] is not null),
            };
        return results;
    }

    private async Task<JournalResult> TakenAsync(Start start)
    {
        try
        {
            return (await RunInTurnAsync([start], Durability.Process))[0];
        }
        catch (Exception e)
        {
            return new JournalResult(0, Failure: e);
        }
    }

    private static (string Sql, SqlValue[] Values) AtOnce(JournalCommand command, long now)
    {
        if (command is Finish f)
            return (
                FinishAtOnce,
                [.. Ended(f.Call, now), f.Result, UnixMicros.From(f.ResultExpiresAt), .. Published(f, now)]
            );
        var (sql, values) = command is Start s ? (Insert, Started(s.Call)) : Change(command, now);
        return (sql + " RETURNING id", values);
    }

    private static async ValueTask<JournalResult> ChangeAsync(Statements sql, JournalCommand command, long now)
    {
        var (statement, values) = Change(command, now);
        return new JournalResult(command.CallId, Changed: await sql.RunAsync(statement, values) > 0);
    }

    private static (string Sql, SqlValue[] Values) Change(JournalCommand command, long now) =>
        command switch
        {
            Send c => (MarkSent, [c.CallId, c.Candidate, now, c.Call.Owner]),
            Fail c => (MarkFailed, [c.CallId, c.Outcome, c.Attempts, now, c.Call.Owner, Beginning(c.Call)]),
            Suspend c => (MarkSuspense, [c.CallId, UnixMicros.From(c.Until), c.Call.Owner, Beginning(c.Call)]),
            Forget c => (Delete, [c.CallId, c.Call.Owner]),
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name, "No such command."),
        };

    private static async ValueTask<JournalResult> StartAsync(Statements sql, Start start, LimitCounts? counts)
    {
        if (counts?.Lacks(start) == true)
            return JournalResult.Unseeded;
        var c = start.Call;
        var id = await sql.InsertAsync(Insert, Started(c));
        if (id is { } made)
            return start.Limits.Count == 0 ? new JournalResult(made) : await CountAsync(sql, start, counts!, made);

        LlmCall existing;
        await using (var row = await sql.QueryAsync(Existing, c.UserId, c.EventId))
        {
            if (!await row.ReadAsync())
                throw new InvalidOperationException("The journal's row vanished inside its transaction.");
            existing = Read(row);
        }
        if (!existing.RequestHash.AsSpan().SequenceEqual(c.RequestHash))
            return new JournalResult(existing.Id, existing);
        if (existing.State == CallState.Failed)
        {
            if (start.Limits.Count > 0 && counts!.Take(start) is { } reached)
                return new JournalResult(0, Reached: reached);
            await sql.RunAsync(
                Restart,
                existing.Id,
                c.Owner,
                c.Stream,
                c.Candidates,
                c.OutputLimit,
                c.HoldMicros,
                Beginning(c),
                c.Scene,
                c.ApiKeyId,
                c.Counted,
                c.CountedTokens
            );
            return new JournalResult(existing.Id);
        }
        if (existing.State != CallState.Suspense)
            return new JournalResult(existing.Id, existing);
        if (start.Limits.Count > 0 && counts!.TakeOver(start, existing) is { } full)
            return new JournalResult(0, Reached: full);
        existing.Candidates = FrozenCandidate.Kept(existing.Candidates, c.Candidates);
        await sql.RunAsync(
            Restart,
            existing.Id,
            c.Owner,
            c.Stream,
            existing.Candidates,
            existing.OutputLimit,
            existing.HoldMicros,
            Beginning(c),
            existing.Scene,
            existing.ApiKeyId,
            existing.Counted,
            existing.CountedTokens
        );
        return new JournalResult(existing.Id, TakenOver: existing);
    }

    /// <summary>A call that does not fit leaves no row.</summary>
    private static async ValueTask<JournalResult> CountAsync(Statements sql, Start start, LimitCounts counts, long id)
    {
        if (counts.Take(start) is { } reached)
        {
            await sql.RunAsync(Delete, id, start.Call.Owner);
            return new JournalResult(0, Reached: reached);
        }
        await sql.RunAsync(SetCounted, id, start.Call.Counted, start.Call.CountedTokens);
        return new JournalResult(id);
    }

    private static async ValueTask<JournalResult> FinishAsync(Statements sql, Finish finish, long now)
    {
        var c = finish.Call;
        var ended = await sql.RunAsync(End, Ended(c, now));
        // Ended already, e.g. by the sweep: its charge stands, this one must not be added.
        if (ended != 1)
            return new JournalResult(c.Id, c);
        if (finish.Result is not null)
            await sql.RunAsync(KeepResult, c.Id, finish.Result, UnixMicros.From(finish.ResultExpiresAt));
        if (finish.ChargeEvent is not null)
            await sql.RunAsync(Publish, Published(finish, now));
        return new JournalResult(c.Id);
    }

    private static long Beginning(LlmCall c) => UnixMicros.From(c.StartedAt);

    private static SqlValue[] Started(LlmCall c) =>
        [
            c.UserId,
            c.EventId,
            c.RequestHash,
            c.Scene,
            c.RequestId,
            c.ConversationId,
            c.ModelAlias,
            c.SkipCharge,
            c.Stream,
            c.Owner,
            c.Candidates,
            c.TextBytes,
            c.Messages,
            c.Images,
            c.OutputLimit,
            c.HoldMicros,
            Beginning(c),
            false,
            c.ApiKeyId,
        ];

    private static SqlValue[] Ended(LlmCall c, long now) =>
        [
            c.Id,
            c.State,
            c.Outcome,
            c.InputTokens,
            c.OutputTokens,
            c.CachedTokens,
            c.CacheWriteTokens,
            c.ReasoningTokens,
            c.Estimated,
            c.CostMicroYuan,
            c.CreditMicros,
            c.Attempts,
            c.FirstTokenAt is { } first ? UnixMicros.From(first) : SqlValue.Null,
            now,
            c.Candidate,
            c.Owner,
        ];

    private static SqlValue[] Published(Finish finish, long now) =>
        [
            CallKeys.ChargeEvent(finish.Call.UserId, finish.Call.EventId),
            EventNames.CreditChargeRequested,
            finish.Call.UserId.ToString(CultureInfo.InvariantCulture),
            finish.ChargeEvent,
            finish.Traceparent,
            now,
        ];

    private static LlmCall Read(DbDataReader row) =>
        new()
        {
            Id = row.GetInt64(0),
            UserId = row.GetInt64(1),
            EventId = row.GetString(2),
            RequestHash = (byte[])row.GetValue(3),
            Scene = row.GetString(4),
            RequestId = row.GetString(5),
            ConversationId = row.GetString(6),
            ModelAlias = row.GetString(7),
            SkipCharge = row.GetBoolean(8),
            Stream = row.GetBoolean(9),
            State = row.GetString(10),
            Owner = row.GetString(11),
            Candidates = row.GetString(12),
            Candidate = row.GetInt32(13),
            TextBytes = row.GetInt64(14),
            Messages = row.GetInt32(15),
            Images = row.GetInt32(16),
            OutputLimit = row.GetInt64(17),
            HoldMicros = row.GetInt64(18),
            StartedAt = UnixMicros.ToTime(row.GetInt64(19)),
            Outcome = row.GetString(20),
            Attempts = row.GetString(21),
            CreditMicros = row.GetInt64(22),
            CostMicroYuan = row.GetInt64(23),
            InputTokens = row.GetInt64(24),
            OutputTokens = row.GetInt64(25),
            CachedTokens = row.GetInt64(26),
            CacheWriteTokens = row.GetInt64(27),
            ReasoningTokens = row.GetInt64(28),
            Estimated = row.GetBoolean(29),
            ApiKeyId = row.GetInt64(30),
            Counted = row.GetString(31),
            CountedTokens = row.GetInt64(32),
        };
}
